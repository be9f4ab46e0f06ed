/** The queue of ten thousand: kept sorted from one event to the next, filtered and counted only when something it depends
 *  on has changed. Asking twice costs nothing; the same answer is the same array. */
import type { Report } from "../shared/model";
import { comparing, inTab, keysOf, matcher, type Filters, type Order, type Tab } from "./queue";

export interface Count { n: number; late: boolean }

/** Above this share of changed reports, sorting all of them is cheaper than placing each. */
const MANY = 0.25;

export class QueueIndex {
  private source: ReadonlyMap<string, Report> = new Map();
  private order: Order = "due";
  private sorted: readonly Report[] = [];
  private shown: { key: unknown[]; rows: readonly Report[] } | null = null;
  private counted: { key: unknown[]; counts: Map<Tab, Count> } | null = null;
  /** The next instant at which time alone changes an answer: something falls due or a lease runs out. */
  nextChange = Number.MAX_SAFE_INTEGER;

  /** Takes the reports as they are now; costs one walk over them when they differ from the last ones. */
  take(reports: ReadonlyMap<string, Report>, order: Order): void {
    if (reports === this.source && order === this.order) return;
    this.sorted = order === this.order ? merged(this.sorted, this.source, reports, order) : [...reports.values()].sort(comparing(order));
    this.source = reports;
    this.order = order;
  }

  rows(tab: Tab, filters: Filters, me: string, now: number, kinds: ReadonlySet<string> | null = null): readonly Report[] {
    const key = [this.sorted, tab, filters, me, now, kinds];
    if (this.shown !== null && same(this.shown.key, key)) return this.shown.rows;
    const matches = matcher(filters, me, kinds);
    const rows = this.sorted.filter((report) => inTab(tab, report, me, now) && matches(report, now));
    // The rows are drawn and told again only if they are others.
    const kept = this.shown !== null && same(this.shown.rows, rows) ? this.shown.rows : rows;
    this.shown = { key, rows: kept };
    return kept;
  }

  counts(tabs: readonly Tab[], me: string, now: number): ReadonlyMap<Tab, Count> {
    const key = [this.sorted, tabs, me, now];
    if (this.counted !== null && same(this.counted.key, key)) return this.counted.counts;
    const counts = new Map<Tab, Count>(tabs.map((tab) => [tab, { n: 0, late: false }]));
    this.nextChange = Number.MAX_SAFE_INTEGER;
    for (const report of this.sorted) {
      const { due } = keysOf(report);
      const late = due < now;
      this.expect(due, now);
      if (report.claim !== null) this.expect(Date.parse(report.claim.until), now);
      for (const [tab, count] of counts) {
        if (!inTab(tab, report, me, now)) continue;
        count.n += 1;
        count.late ||= late;
      }
    }
    this.counted = { key, counts };
    return counts;
  }

  private expect(at: number, now: number): void {
    if (at >= now && at < this.nextChange) this.nextChange = at;
  }
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/** The old order with what left it taken out and what is new put in its place. */
function merged(sorted: readonly Report[], before: ReadonlyMap<string, Report>, reports: ReadonlyMap<string, Report>, order: Order): Report[] {
  const compare = comparing(order);
  const fresh: Report[] = [];
  for (const [code, report] of reports) if (before.get(code) !== report) fresh.push(report);
  if (fresh.length > reports.size * MANY) return [...reports.values()].sort(compare);
  const kept = sorted.filter((report) => reports.get(report.code) === report);
  if (fresh.length === 0) return kept;
  fresh.sort(compare);
  const all: Report[] = [];
  let next = 0;
  for (const report of kept) {
    for (let one = fresh[next]; one !== undefined && compare(one, report) < 0; one = fresh[next]) {
      all.push(one);
      next += 1;
    }
    all.push(report);
  }
  return [...all, ...fresh.slice(next)];
}
