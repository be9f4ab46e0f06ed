/** Two states of an item, field by field. Values are JSON; order of members says nothing. */
import type { FieldChange, Item } from "./model";

export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => same(one, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => same(a[name], b[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields whose values differ, in the order of `now`. */
export function changes(was: Item, now: Item): FieldChange[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(was)])];
  return names.filter((name) => !same(was[name] ?? null, now[name] ?? null)).map((name) => ({ name, was: was[name] ?? null, now: now[name] ?? null }));
}

export interface Clash { name: string; saw: unknown; now: unknown; typed: unknown; both: boolean }

/** What others changed since `saw` and what the person typed; `both`: the same field, to different values. */
export function clashes(saw: Item, now: Item, typed: Item): Clash[] {
  const theirs = new Set(changes(saw, now).map((one) => one.name));
  const mine = new Set(changes(saw, typed).map((one) => one.name));
  return [...new Set([...theirs, ...mine])].map((name) => ({
    name, saw: saw[name] ?? null, now: now[name] ?? null, typed: typed[name] ?? null,
    both: theirs.has(name) && mine.has(name) && !same(now[name] ?? null, typed[name] ?? null),
  }));
}

/** The newer item with what the person changed put on top: nobody's other fields are lost. */
export function merged(saw: Item, now: Item, typed: Item): Item {
  const next = { ...now };
  for (const { name } of changes(saw, typed)) next[name] = typed[name];
  return next;
}
