/** The live channel on a crew's phone: tells that the day is to be asked for again. It carries no picture of the cases:
 *  the page knows them from its own document, and listens only to what comes after that. */
import { inBrowser, Live } from "../../shared/live";
import type { Day } from "./stops";

/** Several facts at once are one look. */
const GATHER_MS = 300;

/** Whether a fact may change the day as it is shown: a task of the own agency, or a case on the list. */
export function concernsDay(day: Day, event: string, code: string | null): boolean {
  return event === "task.changed" || day.stops.some((stop) => stop.case.code === code);
}

export class Hearing {
  private live: Live | null = null;
  private day: Day | null = null;
  private timer: number | null = null;

  constructor(private readonly onNews: () => void) {}

  /** The day as it was just told; the first one begins to listen. */
  know(day: Day): void {
    this.day = day;
    if (this.live !== null || day.seq === undefined) return;
    this.live = new Live(inBrowser(), null, () => undefined, () => undefined);
    this.live.subscribe("agency", {
      // Away for too long to be told what was missed.
      snapshot: () => this.soon(),
      event: (event) => { if (this.day !== null && concernsDay(this.day, event.event, event.report?.code ?? null)) this.soon(); },
      resumed: () => undefined,
      refused: () => undefined,
    }, day.seq);
    this.live.hear("crew_order", (message) => { if (message["crew"] === this.day?.crew?.id) this.soon(); });
    this.live.start();
  }

  /** The network, or the phone, is back: the line may be dead without knowing it. */
  wake(): void {
    this.live?.wake();
  }

  end(): void {
    if (this.timer !== null) window.clearTimeout(this.timer);
    this.live?.stop();
    this.live = null;
  }

  private soon(): void {
    this.timer ??= window.setTimeout(() => { this.timer = null; this.onNews(); }, GATHER_MS);
  }
}
