import { LitElement } from "lit";

import { onPreferences } from "./preferences";

/** An element that draws itself again when language or theme change. */
export class HtElement extends LitElement {
  private forget: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.forget = onPreferences(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget?.();
  }
}
