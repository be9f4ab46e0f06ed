/** The rows of a section's list: what stands in them and in which order. Pure. */
import { locale, said, t } from "../../shared/preferences";
import { keyOf, textOf, type Document, type Item, type ItemChange, type RuleItem, type Section } from "./model";
import { nameOf, type Names } from "./names";
import { tree, type Node } from "./order";
import { conditions, answer } from "./rule-sentence";

export interface Row { code: string; depth: number; label: string; detail: string; icon: string | null; retired: boolean; group: string; number: number | null }

/** Sections whose order means something, and may be changed by hand. */
export const ORDERED: ReadonlySet<Section> = new Set(["categories", "agencies", "rules", "reasons"]);
const TREES: ReadonlySet<Section> = new Set(["categories", "agencies"]);

export function nodes(items: readonly Item[], section: Section): Node[] {
  return items.map((item) => ({ code: keyOf(section, item), parent: TREES.has(section) ? ((item["parent_code"] ?? null) as string | null) : null }));
}

export function rows(document: Document, section: Section, names: Names): Row[] {
  const known = new Map(document[section].map((item) => [keyOf(section, item), item]));
  const list = tree(nodes(document[section], section)).map(({ code, depth }, at): Row => {
    const item = known.get(code) ?? {};
    return {
      code, depth, label: nameOf(item), detail: detail(section, item, names), icon: section === "categories" ? textOf(item["icon"], "other") : null,
      retired: item["active"] === false, group: "command" in item ? String(item["command"]) : "", number: section === "rules" ? at + 1 : null,
    };
  });
  // What belongs to a command stands under it.
  return section === "reasons" || section === "templates" ? list.toSorted((a, b) => groupWords(a.group).localeCompare(groupWords(b.group), locale())) : list;
}

export const groupWords = (command: string): string => said(`command.${command}`, command);

function detail(section: Section, item: Item, names: Names): string {
  if (section === "rules") return `${conditions(item as RuleItem, names)} → ${answer(item as RuleItem, names)}`;
  if (section === "agencies") return [said(`admin.agencies.kind.${String(item["kind"])}`, String(item["kind"])), item["official_code"]].filter(Boolean).join(" · ");
  if (section === "area_sets") return t("admin.areas.picked", { n: ((item["areas"] ?? []) as string[]).length });
  if (section === "categories") return item["lane"] === "standard" ? "" : said(`admin.lane.${String(item["lane"])}`, String(item["lane"]));
  return "";
}

/** The sign of a row in the draft: errors first, then what the draft changes. */
export function changeOf(difference: readonly ItemChange[] | null, section: Section, code: string): ItemChange["kind"] | null {
  return difference?.find((one) => one.section === section && one.code === code)?.kind ?? null;
}
