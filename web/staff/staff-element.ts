import { property } from "lit/decorators.js";

import type { Desk } from "./desk";
import { WatchingElement } from "./watching-element";

/** An element of a staff screen: draws itself again whenever the desk has something new. */
export class StaffElement extends WatchingElement {
  @property({ attribute: false }) desk!: Desk;
  protected readonly watchedName: string = "desk";

  protected get watched(): Desk | undefined {
    return this.desk;
  }
}
