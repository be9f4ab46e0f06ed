/** What keeps the form from going, said in words beside the field and beside the button, each a way to the other. */
import { h, icon, t } from "./page";

export interface Fault { text: string; at: HTMLElement }

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Whether the chosen kind's warning was neither read nor needed. */
export function warningOf(kind: Element | null): HTMLElement | null {
  const calm = kind?.querySelector<HTMLInputElement>("[data-calm]") ?? null;
  return calm === null || calm.checked ? null : calm.closest<HTMLElement>(".stop");
}

/** The questions of the chosen kind that are not answered, or not as asked. */
export function unanswered(kind: Element): Fault[] {
  const faults: Fault[] = [];
  for (const group of kind.querySelectorAll<HTMLElement>("fieldset[data-required]")) {
    const first = group.querySelector<HTMLInputElement>("input");
    if (first !== null && group.querySelector("input:checked") === null) faults.push({ text: t("need_answer", { what: group.dataset["question"] ?? "" }), at: first });
  }
  for (const field of kind.querySelectorAll<Field>("input[data-question], select[data-question], textarea[data-question]")) {
    const what = field.dataset["question"] ?? "";
    if (field.value.trim() === "" && !field.validity.badInput) {
      if (field.dataset["required"] !== undefined) faults.push({ text: t("need_answer", { what }), at: field });
    } else if (!field.validity.valid) faults.push({ text: wrong(field, what), at: field });
  }
  return faults;
}

function wrong(field: Field, what: string): string {
  const { min, max } = field instanceof HTMLInputElement ? field : { min: "", max: "" };
  if (field.validity.rangeUnderflow || field.validity.rangeOverflow) {
    if (min !== "" && max !== "") return t("answer_between", { what, min, max });
    return min === "" ? t("answer_most", { what, max }) : t("answer_least", { what, min });
  }
  if (field.validity.badInput || field.validity.stepMismatch) return t("answer_number", { what });
  return t("answer_other", { what });
}

/** Writes the faults beside their fields and gives the list that stands beside the button. */
export function show(faults: readonly Fault[]): HTMLElement {
  for (const { text, at } of faults) {
    const id = `fault-${at.id === "" ? (at.getAttribute("name") ?? "field") : at.id}`.replace(/[^\w-]/g, "-");
    document.getElementById(id)?.remove();
    const said = h("p", { class: "bad fault", id }, icon("alert"), text);
    const home = at.closest<HTMLElement>("fieldset, .field, .stop");
    // A step is longer than the screen: what is wrong with all of it stands at its head.
    if (home === null || at.matches("[name=category], #place-search")) at.closest(".step")?.querySelector("h2")?.after(said);
    else home.append(said);
    at.setAttribute("aria-invalid", "true");
    at.setAttribute("aria-describedby", id);
  }
  const links = faults.map(({ text, at }) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => goTo(at) }, text)));
  return h("div", { class: "faults" }, h("p", { class: "sr" }, t("faults", { n: faults.length })), h("ul", {}, ...links));
}

/** Takes all of them away again. */
export function clear(root: ParentNode): void {
  for (const said of root.querySelectorAll(".fault")) said.remove();
  for (const field of root.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

export function goTo(field: HTMLElement): void {
  // The step's heading is seen too: a field alone at the edge of the screen tells nobody what it is for.
  (field.closest(".stop, fieldset, .step") ?? field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}
