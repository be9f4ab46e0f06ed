/** Which fields each kind of thing has, in which order, and how each is filled in. */
import type { Item, Section } from "./model";

export type Kind =
  | "text" | "words" | "number" | "share" | "switch" | "phone" | "code" | "choice" | "parent" | "agency" | "agencies" | "category" | "calendar" | "area" | "areas" | "area_set"
  | "icon" | "levels" | "level" | "questions" | "stopper" | "proof" | "target" | "near" | "moment" | "external" | "week" | "special" | "shape" | "command" | "reason";

export interface FieldSpec { name: string; kind: Kind; choices?: readonly string[]; min?: number; max?: number; wide?: boolean; needed?: boolean; half?: boolean; when?: (item: Item) => boolean }
export interface Group { title: string; fields: readonly FieldSpec[]; folded?: boolean }

const NAMES: readonly FieldSpec[] = [{ name: "name", kind: "text", needed: true }, { name: "name_en", kind: "text", needed: true }];
const isLeaf = (item: Item): boolean => typeof item["parent_code"] === "string";
const restricted = (item: Item): boolean => item["lane"] === "restricted";

export const FORMS: Record<Section, readonly Group[]> = {
  categories: [
    { title: "admin.group.what", fields: [...NAMES, { name: "parent_code", kind: "parent" }, { name: "code", kind: "code" }, { name: "icon", kind: "icon", wide: true }, { name: "active", kind: "switch" }] },
    { title: "admin.group.lane", fields: [
      { name: "lane", kind: "choice", choices: ["standard", "instant", "restricted"] }, { name: "approvals", kind: "number", min: 1, max: 2 },
      { name: "public", kind: "switch", when: (item) => !restricted(item) }, { name: "location_private", kind: "switch" }, { name: "anonymous_allowed", kind: "switch" }, { name: "voice_allowed", kind: "switch" }] },
    { title: "admin.group.levels", fields: [
      { name: "service_levels", kind: "levels", wide: true, when: isLeaf }, { name: "holder_levels", kind: "levels", wide: true, when: isLeaf }, { name: "second_chance", kind: "levels", wide: true, when: isLeaf },
      { name: "extensions_allowed", kind: "number", min: 0, max: 10 }, { name: "extension_days", kind: "number", min: 0, max: 365 }, { name: "dispute_days", kind: "number", min: 0, max: 60 }] },
    { title: "admin.group.form", fields: [{ name: "questions", kind: "questions", wide: true }, { name: "stopper", kind: "stopper", wide: true }] },
    { title: "admin.group.proof", fields: [{ name: "proof_required", kind: "switch" }, { name: "audit_share", kind: "share" }, { name: "proof", kind: "proof", wide: true }] },
  ],
  agencies: [
    { title: "admin.group.who", fields: [...NAMES, { name: "kind", kind: "choice", choices: ["center", "department", "commune", "police", "utility", "contractor", "team"] }, { name: "parent_code", kind: "parent" },
      { name: "official_code", kind: "text" }, { name: "legacy_code", kind: "text" }, { name: "code", kind: "code" }, { name: "phone", kind: "phone" }, { name: "active", kind: "switch" }] },
    { title: "admin.group.work", fields: [{ name: "area_code", kind: "area" }, { name: "calendar", kind: "calendar" }] },
    { title: "admin.group.external", folded: true, fields: [{ name: "external", kind: "external", wide: true }] },
  ],
  rules: [
    { title: "admin.group.if", fields: [{ name: "name", kind: "text", wide: true, needed: true }, { name: "category", kind: "category" }, { name: "urgency", kind: "choice", choices: ["", "normal", "urgent"] },
      { name: "areas", kind: "areas", wide: true }, { name: "area_set", kind: "area_set" }, { name: "near", kind: "near", wide: true }, { name: "calendar", kind: "calendar" }, { name: "when", kind: "choice", choices: ["", "open", "closed"] }] },
    { title: "admin.group.then", fields: [{ name: "lead", kind: "target", wide: true }, { name: "supporting", kind: "agencies", wide: true }, { name: "person", kind: "text" }, { name: "straight_through", kind: "switch" }, { name: "service_levels", kind: "levels", wide: true }] },
    { title: "admin.group.validity", fields: [{ name: "valid_from", kind: "moment" }, { name: "valid_to", kind: "moment" }, { name: "active", kind: "switch" }, { name: "code", kind: "code" }] },
  ],
  area_sets: [{ title: "admin.group.set", fields: [...NAMES, { name: "code", kind: "code" }, { name: "areas", kind: "areas", wide: true }, { name: "shape", kind: "shape", wide: true }] }],
  calendars: [{ title: "admin.group.calendar", fields: [{ name: "name", kind: "text", needed: true }, { name: "code", kind: "code" }, { name: "active", kind: "switch" }, { name: "definition", kind: "week", wide: true }, { name: "definition", kind: "special", wide: true }] }],
  reasons: [{ title: "admin.group.reason", fields: [{ name: "command", kind: "command" }, { name: "code", kind: "code" }, ...NAMES, { name: "public_answer", kind: "words", wide: true }, { name: "public_answer_en", kind: "words", wide: true }, { name: "active", kind: "switch" }] }],
  templates: [{ title: "admin.group.template", fields: [{ name: "command", kind: "command" }, { name: "code", kind: "code" }, ...NAMES, { name: "reason", kind: "reason" }, { name: "text", kind: "words", wide: true, needed: true }] }],
};

/** A new thing with the defaults the tables have. `above`: the chosen thing, whose sister or child it becomes. */
export function blank(section: Section, above: Item | undefined): Item {
  const parent = typeof above?.["parent_code"] === "string" ? above["parent_code"] : (above?.["code"] ?? null);
  const level = { normal: { amount: 5, unit: "working_days", starts: "dispatched" }, urgent: { amount: 8, unit: "working_hours", starts: "dispatched" } };
  switch (section) {
    case "categories": return { code: "", parent_code: parent, name: "", name_en: "", icon: "other", lane: "standard", approvals: 1, public: true, location_private: false, anonymous_allowed: true, voice_allowed: true,
      proof_required: false, dispute_days: 7, extensions_allowed: 2, extension_days: 30, service_levels: parent === null ? null : level, questions: null, stopper: null, active: true };
    case "agencies": return { code: "", official_code: null, name: "", name_en: "", kind: "department", parent_code: above?.["code"] ?? null, phone: null, active: true };
    case "rules": return { code: "", name: "", category: null, areas: null, urgency: null, lead: null, supporting: [], active: true };
    case "area_sets": return { code: "", name: "", name_en: "", areas: [], shape: null };
    case "calendars": return { code: "", name: "", definition: above?.["definition"] ?? { zone: "Asia/Ho_Chi_Minh", week: {}, special: [] } };
    default: return { code: "", command: above?.["command"] ?? "reject", name: "", name_en: "", text: "", reason: null, public_answer: null, public_answer_en: null };
  }
}

/** The fields a problem's pointer can point at: the first member it names that the form has. */
export function fieldAt(pointer: string, section: Section): string | null {
  const known = new Set(FORMS[section].flatMap((group) => group.fields.map((field) => field.name)));
  return pointer.split("/").find((part) => known.has(part)) ?? null;
}
