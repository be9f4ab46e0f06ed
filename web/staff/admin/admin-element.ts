import { property } from "lit/decorators.js";

import { WatchingElement } from "../watching-element";
import type { Drafting } from "./drafting";

/** An element of the administration: draws itself again whenever the draft has something new. */
export class AdminElement extends WatchingElement {
  @property({ attribute: false }) drafting!: Drafting;
  protected readonly watchedName: string = "drafting";

  protected get watched(): Drafting | undefined {
    return this.drafting;
  }
}
