import { property } from "lit/decorators.js";
import type { PropertyValues } from "lit";

import { HtElement } from "../shared/element";
import type { Desk } from "./desk";

/** An element of a staff screen: draws itself again whenever the desk has something new. */
export class StaffElement extends HtElement {
  @property({ attribute: false }) desk!: Desk;
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
    if (changed.has("desk")) this.follow();
  }

  private follow(): void {
    this.unwatch?.();
    this.unwatch = (this.desk as Desk | undefined)?.watch(() => this.requestUpdate()) ?? null;
  }
}
