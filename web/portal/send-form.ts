import { asRefused } from "../shared/problem";
import { h, need, t } from "./page";

/** Forms marked data-send go without a reload: pending, done and failed are shown, and nothing typed is lost. */
export function sendForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["send"] === undefined) return;
    event.preventDefault();
    void send(form);
  });
}

async function send(form: HTMLFormElement): Promise<void> {
  if (form.dataset["busy"] !== undefined) return;
  form.dataset["busy"] = "";
  const button = need<HTMLButtonElement>(form, "button");
  const label = [...button.childNodes];
  button.replaceChildren(t("working"));
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) throw new Error(page.querySelector("main h1")?.textContent ?? String(answer.status));
    need<HTMLElement>(document, "main").replaceWith(need<HTMLElement>(page, "main"));
    need<HTMLElement>(document, "main").focus({ preventScroll: true });
  } catch (error) {
    form.querySelector(".failed")?.remove();
    form.append(h("p", { class: "failed", role: "alert" }, t("failed", { detail: asRefused(error).message })));
  } finally {
    delete form.dataset["busy"];
    button.replaceChildren(...label);
    button.removeAttribute("aria-disabled");
  }
}
