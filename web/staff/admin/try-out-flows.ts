/** What a try-out found, and the same by from and to. Pure. */
import type { AreaRef, Reason } from "../../shared/model";

export interface Side { lead: string | null; supporting: string[]; rule: string | null; rule_name: string | null; reasons: Reason[] }
export interface Moved { code: string; category: string; urgency: string; received_at: string; lon: number; lat: number; area: AreaRef | null; was: Side; now: Side }
/** `hidden`: reports of the restricted lane that would move, which are only counted. */
export interface TryOut { since: string; until: string; as_of: string; reports: number; same: number; hidden: number; to_no_rule: number; moves: number; relocated: number; moved: Moved[] }
export interface Flow { key: string; from: string | null; to: string | null; count: number }

export function flowOf({ was, now }: Moved): string {
  return `${was.lead ?? ""}>${now.lead ?? ""}`;
}

/** How many reports would move from whom to whom, the most first. */
export function flows(moved: readonly Moved[]): Flow[] {
  const found = new Map<string, Flow>();
  for (const one of moved) {
    const key = flowOf(one);
    const flow = found.get(key) ?? { key, from: one.was.lead, to: one.now.lead, count: 0 };
    flow.count += 1;
    found.set(key, flow);
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count || a.key.localeCompare(b.key));
}
