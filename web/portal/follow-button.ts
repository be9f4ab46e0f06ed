import { asDevice, becomeDevice, csrf } from "./device";
import { asRefused } from "../shared/problem";
import { h, icon, need, t } from "./page";

/** Follows a published report from this browser, without a reload; the form inside does the same without scripts. */
export class FollowButton extends HTMLElement {
  private following = false;

  connectedCallback(): void {
    const form = need<HTMLFormElement>(this, "form");
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.toggle(); });
  }

  private async toggle(): Promise<void> {
    const button = need<HTMLButtonElement>(this, "button");
    if (button.getAttribute("aria-disabled") !== null) return;
    button.setAttribute("aria-disabled", "true");
    this.querySelector(".failed")?.remove();
    try {
      if (csrf() === null) await becomeDevice();
      await asDevice(`/api/v1/devices/me/follows/report/${encodeURIComponent(this.dataset["code"] ?? "")}`, { method: this.following ? "DELETE" : "PUT" });
      this.following = !this.following;
      button.setAttribute("aria-pressed", String(this.following));
      button.replaceChildren(icon("bell"), h("span", {}, t(this.following ? "follow_on" : "follow_off")));
    } catch (error) {
      this.append(h("p", { class: "failed", role: "alert" }, t("failed", { detail: asRefused(error).message })));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }
}
