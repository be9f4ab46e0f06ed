/** The city's configuration as the administration reads and writes it. Items are rows of tables: what a form does not
 *  know is kept as it came. */
export const SECTIONS = ["categories", "agencies", "rules", "area_sets", "calendars", "reasons", "templates"] as const;
export type Section = (typeof SECTIONS)[number];

export type Item = Record<string, unknown>;
export type Document = Record<Section, Item[]> & { format: number; settings: Record<string, unknown>; default_desk: string | null };

export interface Published { version: number; document: Document; published_at: string | null; by: { username: string; name: string } | null; warnings?: Finding[] }
export interface DraftHead { id: string; name: string; base: number; revision: number; by?: unknown; changed_at?: string }
export interface Draft extends DraftHead { document: Document }

export interface Finding { severity: "error" | "warning"; section: string; code: string | null; pointer: string; kind: string; detail: string; detail_vi?: string }
export interface FieldChange { name: string; was: unknown; now: unknown }
/** `code` null: the order of the whole section. */
export interface ItemChange { section: string; code: string | null; name: string | null; kind: "added" | "removed" | "changed" | "reordered"; fields: FieldChange[] }
export interface Version { version: number; published_at: string; by: { username: string; name: string } | null; note: string; found: boolean; rolled_back_to: number | null; base: number | null }

export interface Level { amount: number; unit: string; starts: string }
export const UNITS = ["minutes", "working_hours", "working_days", "calendar_days"] as const;
export const STARTS = ["received", "dispatched", "accepted"] as const;

/** One condition set and its answer; the parts the sentence and the form look at. */
export interface RuleItem extends Item {
  code: string; name: string; category: string | null; areas: string[] | null; area_set?: string | null; urgency: string | null; lead: string | null; supporting: string[];
  relative?: { to: string; up?: number } | null; calendar?: string | null; when?: "open" | "closed" | null;
  near?: { layer: string; within_m: number; owner?: string | null } | null; straight_through?: boolean; person?: string | null;
  valid_from?: string | null; valid_to?: string | null; active?: boolean;
}

/** A member as text, "" where there is none. */
export function textOf(value: unknown, otherwise = ""): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : otherwise;
}

/** The same without one member. */
export function without(value: Item, name: string): Item {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

/** What an item is called in addresses: reasons have their codes per command. */
export function keyOf(section: Section, item: Item): string {
  const code = textOf(item["code"]);
  return section === "reasons" ? `${textOf(item["command"])}.${code}` : code;
}

export function find(document: Document, section: Section, code: string): Item | undefined {
  return document[section].find((item) => keyOf(section, item) === code);
}

