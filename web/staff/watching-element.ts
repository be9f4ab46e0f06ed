import type { PropertyValues } from "lit";

import { HtElement } from "../shared/element";

/** Something that tells when it has news; answers how to listen no longer. */
export interface Watchable { watch: (told: () => void) => () => void }

/** An element that draws itself again whenever what it shows has something new. */
export abstract class WatchingElement extends HtElement {
  private unwatch: (() => void) | null = null;

  /** What is watched; undefined before it was given. */
  protected abstract get watched(): Watchable | undefined;
  /** The property that holds it. */
  protected abstract readonly watchedName: string;

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
    if (changed.has(this.watchedName)) this.follow();
  }

  private follow(): void {
    this.unwatch?.();
    this.unwatch = this.watched?.watch(() => this.requestUpdate()) ?? null;
  }
}
