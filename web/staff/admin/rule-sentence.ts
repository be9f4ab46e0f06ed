/** A rule as a sentence a person can read aloud. Pure: names come from outside, words from the language. */
import { locale, t } from "../../shared/preferences";
import type { Names } from "./names";
import type { RuleItem } from "./model";

const MOST_NAMED = 3;

function listed(words: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(words);
}

function some(words: readonly string[]): string {
  return words.length <= MOST_NAMED ? listed(words) : t("admin.rule.more", { names: words.slice(0, MOST_NAMED).join(", "), n: words.length - MOST_NAMED });
}

/** "Ổ gà tại Phường Vũng Tàu, khẩn" */
export function conditions(rule: RuleItem, names: Names): string {
  const parts = [rule.category === null ? t("admin.rule.any") : names.of("categories", rule.category)];
  if (rule.areas !== null && rule.areas.length > 0) parts.push(t("admin.rule.at", { areas: some(rule.areas.map(names.area)) }));
  if (rule.areas?.length === 0) parts.push(t("admin.rule.nowhere"));
  if (typeof rule.area_set === "string") parts.push(t("admin.rule.in_set", { set: names.of("area_sets", rule.area_set) }));
  if (rule.near !== null && rule.near !== undefined) {
    const { layer, within_m, owner } = rule.near;
    parts.push(t(owner === null || owner === undefined || owner === "" ? "admin.rule.near" : "admin.rule.near_owner", { layer, metres: within_m, owner: owner ?? "" }));
  }
  if (rule.urgency === "urgent") parts.push(t("admin.rule.urgent"));
  if (rule.urgency === "normal") parts.push(t("admin.rule.normal"));
  if (rule.when === "open") parts.push(t("admin.rule.open"));
  if (rule.when === "closed") parts.push(t("admin.rule.closed"));
  return parts.join(", ");
}

/** "UBND nơi xảy ra, phối hợp Sở Xây dựng" */
export function answer(rule: RuleItem, names: Names): string {
  const parts = [leadWords(rule, names)];
  if (rule.supporting.length > 0) parts.push(t("admin.rule.with", { agencies: listed(rule.supporting.map((code) => names.of("agencies", code))) }));
  if (typeof rule.person === "string" && rule.person !== "") parts.push(t("admin.rule.person", { person: rule.person }));
  if (rule.straight_through === true) parts.push(t("admin.rule.straight"));
  return parts.join(", ");
}

/** Whom the rule names: an agency, or one found from the place. */
export function leadWords(rule: { relative?: RuleItem["relative"] | undefined; lead: string | null }, names: Names): string {
  if (rule.relative === null || rule.relative === undefined) return rule.lead === null ? t("admin.rule.nobody") : names.of("agencies", rule.lead);
  if (rule.relative.to === "owner") return t("admin.rule.owner");
  return t((rule.relative.up ?? 0) > 0 ? "admin.rule.commune_up" : "admin.rule.commune");
}

export function sentence(rule: RuleItem, names: Names): string {
  return `${conditions(rule, names)} → ${answer(rule, names)}`;
}
