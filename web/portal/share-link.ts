import { h, icon, t } from "./page";

/** The phone's own share sheet where there is one, the clipboard elsewhere. */
export class ShareLink extends HTMLElement {
  connectedCallback(): void {
    const address = this.querySelector("a")?.href ?? location.href;
    const button = h("button", { type: "button", class: "button", onclick: () => { void this.share(address, button); } }, icon("share"), t("share"));
    this.replaceChildren(button);
  }

  private async share(address: string, button: HTMLElement): Promise<void> {
    try {
      if ("share" in navigator) await navigator.share({ title: this.dataset["title"] ?? "", url: address });
      else {
        await (navigator as Navigator).clipboard.writeText(address);
        button.replaceChildren(t("copied"));
      }
    } catch {
      // Closing the share sheet is an answer, not a failure.
    }
  }
}
