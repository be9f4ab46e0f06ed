/** Values of the configuration in words: a level as "3 ngày làm việc từ lúc chuyển", a code as its name. */
import { locale, said, t } from "../../shared/preferences";
import { ladderWords, type Ladders } from "./ladders";
import type { Names } from "./names";
import type { Level, RuleItem, Section } from "./model";
import { read } from "./questions";
import { leadWords } from "./rule-sentence";

export function levelWords(level: Level | null | undefined): string {
  if (level === null || level === undefined) return t("admin.none");
  return t("admin.level.words", { amount: level.amount, unit: said(`admin.unit.${level.unit}`, level.unit), starts: said(`admin.starts.${level.starts}`, level.starts) });
}

export function levelsWords(levels: Partial<Record<string, Level>> | null | undefined): string {
  if (levels === null || levels === undefined) return t("admin.none");
  return Object.entries(levels).map(([urgency, level]) => `${said(`urgency.${urgency}`, urgency)}: ${levelWords(level)}`).join("; ");
}

const LEVELS = new Set(["service_levels", "holder_levels", "second_chance"]);
const AGENCIES = new Set(["lead", "supporting", "default_desk"]);
const MOST = 160;

/** What a field is called on the screen. */
export function fieldName(section: string, name: string): string {
  return said(`admin.${section}.${name}`, said(`admin.field.${name}`, name));
}

export function valueWords(section: string, name: string, value: unknown, names: Names): string {
  if (value === null || value === undefined || value === "") return t("admin.none");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (LEVELS.has(name)) return levelsOrLevel(value as Record<string, unknown>);
  if (name === "questions") return t("admin.questions.count", { n: read(value as Record<string, unknown>).questions.length });
  if (name === "stopper") return (value as { text?: string }).text ?? "";
  if (section === "settings") return settingWords(name, value, names);
  if (name === "relative") return leadWords({ relative: value as RuleItem["relative"], lead: null }, names);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.length === 0 ? t("admin.none") : short(value.map((one) => word(section, name, one, names)).join(", "));
  if (typeof value === "string") return short(word(section, name, value, names));
  if (typeof value === "number") return new Intl.NumberFormat(locale()).format(value);
  return short(JSON.stringify(value));
}

/** A setting of the city: its own sentence where it has one. */
function settingWords(name: string, value: unknown, names: Names): string {
  if (name === "escalation") return ladderWords(value as Ladders);
  if (name === "hot_spots") return t("admin.spots.sentence", value as Record<string, number>);
  if (name === "warnings") return t("admin.warnings.words", { list: (value as number[]).join(", ") });
  if (Array.isArray(value)) return short(value.join("; "));
  return typeof value === "string" ? word("settings", name, value, names) : short(JSON.stringify(value));
}

function levelsOrLevel(value: Record<string, unknown>): string {
  return "amount" in value ? levelWords(value as unknown as Level) : levelsWords(value as Record<string, Level>);
}

function word(section: string, name: string, code: string, names: Names): string {
  if (AGENCIES.has(name)) return names.of("agencies", code);
  if (name === "parent_code") return names.of(section as Section, code);
  if (name === "category") return names.of("categories", code);
  if (name === "areas" || name === "area_code") return names.area(code);
  if (name === "area_set") return names.of("area_sets", code);
  if (name === "calendar") return names.of("calendars", code);
  return said(`admin.${name}.${code}`, said(`${name}.${code}`, code));
}

function short(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}
