/** What the queue shows, in the page's address: a link to it can be sent, and reloading changes nothing. */
import { CENTER_TABS, NO_FILTERS, ORDERS, type Filters } from "./queue";
import type { Query } from "./kept";

const WORDS = ["category", "area", "agency", "channel", "person"] as const;
const TICKS = ["urgent", "late", "mine"] as const;

export function toAddress({ tab, ...filters }: Query, report: string | null): string {
  const query = new URLSearchParams({ tab });
  for (const key of WORDS) if (filters[key] !== "") query.set(key, filters[key]);
  for (const key of TICKS) if (filters[key]) query.set(key, "1");
  if (filters.text.trim() !== "") query.set("q", filters.text);
  if (filters.order !== NO_FILTERS.order) query.set("order", filters.order);
  if (report !== null) query.set("report", report);
  return `?${query.toString()}`;
}

/** What the address asks for, and the report it opens; null for a query when it says nothing of the queue. */
export function fromAddress(search: string): { query: Query | null; report: string | null } {
  const address = new URLSearchParams(search);
  const report = address.get("report");
  address.delete("report");
  if (address.size === 0) return { query: null, report };
  const filters: Filters = { ...NO_FILTERS, text: address.get("q") ?? "" };
  for (const key of WORDS) filters[key] = address.get(key) ?? "";
  for (const key of TICKS) filters[key] = address.get(key) === "1";
  filters.order = ORDERS.find((one) => one === address.get("order")) ?? NO_FILTERS.order;
  return { query: { ...filters, tab: CENTER_TABS.find((one) => one === address.get("tab")) ?? "waiting" }, report };
}

export function sameQuery(a: Query, b: Query): boolean {
  return toAddress(a, null) === toAddress(b, null);
}
