import { property } from "lit/decorators.js";
import type { PropertyValues } from "lit";

import { HtElement } from "../../shared/element";
import type { Drafting } from "./drafting";

/** An element of the administration: draws itself again whenever the draft has something new. */
export class AdminElement extends HtElement {
  @property({ attribute: false }) drafting!: Drafting;
  private unwatch: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch?.();
    this.unwatch = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("drafting")) this.follow();
  }

  private follow(): void {
    this.unwatch?.();
    this.unwatch = (this.drafting as Drafting | undefined)?.watch(() => this.requestUpdate()) ?? null;
  }
}
