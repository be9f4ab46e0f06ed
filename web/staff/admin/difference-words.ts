/** The difference of two configurations in words: one line per thing, one per field. */
import { said, t } from "../../shared/preferences";
import { calendarChanges } from "./calendar-words";
import { find, type Document, type FieldChange, type Item, type ItemChange, type Section } from "./model";
import type { Definition } from "./month";
import { nameOf, type Names } from "./names";
import { fieldName, valueWords } from "./value-words";

export interface Line { title: string; kind: ItemChange["kind"]; fields: { name: string; was: string; now: string }[] }

/** `after` and `before` give the names of what is there, and of what is gone. */
export function line(change: ItemChange, after: Document | null, before: Document | null, names: Names): Line {
  const item = itemOf(change, after) ?? itemOf(change, before);
  const what = said(`admin.one.${change.section}`, change.section);
  if (change.kind === "reordered") return { title: t("admin.changed.order", { what: said(`admin.section.${change.section}`, change.section) }), kind: change.kind, fields: [] };
  const name = item === undefined ? (change.name ?? change.code ?? "") : nameOf(item);
  return {
    title: change.section === "settings" ? what : `${what} “${name}”`, kind: change.kind,
    fields: change.kind !== "changed" && change.section !== "settings" ? [] : change.fields.flatMap((field) => fieldLines(change.section, field, names)),
  };
}

function fieldLines(section: string, { name, was, now }: FieldChange, names: Names): Line["fields"] {
  if (section === "calendars" && name === "definition" && was !== null && now !== null) return calendarChanges(was as Definition, now as Definition);
  return [{ name: fieldName(section, name), was: valueWords(section, name, was, names), now: valueWords(section, name, now, names) }];
}

function itemOf(change: ItemChange, document: Document | null): Item | undefined {
  return document !== null && change.code !== null && change.section in document && Array.isArray(document[change.section as Section]) ? find(document, change.section as Section, change.code) : undefined;
}

/** "3 thay đổi, 1 lỗi, 2 cảnh báo" */
export function summary(changed: number, errors: number, warnings: number): string {
  return [t("admin.count.changes", { n: changed }), ...(errors > 0 ? [t("admin.count.errors", { n: errors })] : []), ...(warnings > 0 ? [t("admin.count.warnings", { n: warnings })] : [])].join(", ");
}
