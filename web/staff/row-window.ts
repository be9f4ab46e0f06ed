/** Keeps only the rows in sight in the page. Rows have one height, in rem, so that ten thousand of them are arithmetic. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

import { rowsInSight } from "./queue-window";

const ROW_REM = 5.25;
const BEYOND = 6;
/** Rows are exchanged so many at a time: looking through all of them costs more than making the few that come. */
const STEP = 3;
/** As many rows as this are kept whole, so that the browser's own search and a screen reader's cursor find them all. */
const WHOLE = 150;
/** Before the first measurement: enough for a screen. */
const GUESS = 900;

export class RowWindow implements ReactiveController {
  row = ROW_REM * 16;
  private top = 0;
  private height = GUESS;
  private pane: HTMLElement | null = null;
  private readonly sizes = new ResizeObserver(() => this.measure());

  constructor(private readonly host: ReactiveControllerHost, private readonly find: () => HTMLElement | null) {
    host.addController(this);
  }

  hostUpdated(): void {
    const pane = this.find();
    if (pane === this.pane) return;
    this.hostDisconnected();
    this.pane = pane;
    pane?.addEventListener("scroll", this.onScroll, { passive: true });
    if (pane !== null) this.sizes.observe(pane);
  }

  hostDisconnected(): void {
    this.pane?.removeEventListener("scroll", this.onScroll);
    this.sizes.disconnect();
    this.pane = null;
  }

  inSight(count: number, held: number | null): number[] {
    if (count <= WHOLE) return Array.from({ length: count }, (_, at) => at);
    return rowsInSight({ top: this.top, height: this.height, row: this.row, count, beyond: BEYOND, held });
  }

  /** The first row in sight and how far it is cut off; null at the very top, where new rows may push the others down. */
  anchor(): { at: number; cut: number } | null {
    const at = Math.floor(this.top / this.row);
    return this.top < 1 ? null : { at, cut: this.top - at * this.row };
  }

  /** Scrolls so that row `at` lies where the anchor was. */
  settle(at: number, cut: number): void {
    this.scrollTo(at * this.row + cut);
  }

  /** Brings row `at` into sight by the shortest way. */
  show(at: number): void {
    const above = at * this.row;
    const below = above + this.row - this.height;
    if (above < this.top) this.scrollTo(above);
    else if (below > this.top) this.scrollTo(below);
  }

  private scrollTo(top: number): void {
    if (this.pane === null) return;
    this.pane.scrollTop = top;
    this.onScroll();
  }

  private readonly onScroll = (): void => {
    if (this.pane === null) return;
    const step = this.row * STEP;
    const before = Math.floor(this.top / step);
    this.top = this.pane.scrollTop;
    if (Math.floor(this.top / step) !== before) this.host.requestUpdate();
  };

  private measure(): void {
    if (this.pane === null) return;
    this.row = ROW_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.height = this.pane.clientHeight;
    this.top = this.pane.scrollTop;
    this.host.requestUpdate();
  }
}
