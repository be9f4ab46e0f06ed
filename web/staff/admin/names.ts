/** Names for codes, as the document and the list of areas have them. */
import { named, t } from "../../shared/preferences";
import type { AreaRef } from "../../shared/model";
import { textOf, type Document, type Item, type Section } from "./model";

export interface Names { of: (section: Section, code: string) => string; area: (code: string) => string }

export function namesIn(document: Document | null, areas: readonly AreaRef[]): Names {
  const known = new Map(areas.map((area) => [area.code, area.name]));
  return {
    of: (section, code) => {
      if (code.startsWith("@")) return placeWords(code);
      const item = document?.[section].find((one) => one["code"] === code);
      return item === undefined ? code : nameOf(item);
    },
    area: (code) => known.get(code) ?? code,
  };
}

/** Agencies that are found from the place of a report. */
export const FROM_PLACE = ["@commune", "@commune^1", "@owner"] as const;

function placeWords(code: string): string {
  return code === "@owner" ? t("admin.rule.owner") : code === "@commune" ? t("admin.rule.commune") : code.startsWith("@commune^") ? t("admin.rule.commune_up") : code;
}

export function nameOf(item: Item): string {
  const english = item["name_en"];
  return named({ name: textOf(item["name"], textOf(item["code"])), name_en: typeof english === "string" && english !== "" ? english : null });
}
