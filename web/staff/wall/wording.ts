/** How the wall puts figures and times into words that are read from five metres. */
import { currentLanguage, locale, t } from "../../shared/preferences";
import { inZone, span } from "../../shared/times";
import type { Name, Names } from "./model";

/** 1.234 or 1,234 */
export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** A duration in its two largest units: "3 ngày 4 giờ", "2 giờ 5 phút", "12 phút". */
export function lasting(ms: number): string {
  const { days, hours, minutes, seconds } = span(Math.max(0, ms));
  if (days > 0) return t("wall.span.days", { d: days, h: hours });
  if (hours > 0) return t("wall.span.hours", { h: hours, m: minutes });
  return minutes > 0 ? t("wall.span.minutes", { m: minutes }) : t("wall.span.seconds", { s: seconds });
}

/** A median in one unit: "3,2 ngày", "5 giờ", "12 phút". */
export function roughly(seconds: number | null): string {
  if (seconds === null) return "–";
  const one = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 });
  if (seconds >= 2 * 86400) return t("wall.span.short.days", { n: one.format(seconds / 86400) });
  if (seconds >= 5400) return t("wall.span.short.hours", { n: one.format(seconds / 3600) });
  return seconds >= 60 ? t("wall.span.minutes", { m: Math.round(seconds / 60) }) : t("wall.span.seconds", { s: Math.round(seconds) });
}

export function nameOf(known: Name | undefined, code: string): string {
  if (known === undefined) return code;
  return currentLanguage() === "en" ? (known.name_en ?? known.name) : known.name;
}

export function categoryOf(names: Names, code: string): string {
  return nameOf(names.categories[code], code);
}

/** 14:05:09, in the city's zone */
export function clockText(at: number): string {
  return inZone(at, locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

/** Thứ Hai, 30/11/2026 */
export function dayText(at: number): string {
  return inZone(at, locale(), { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
}

/** How old something is, in its largest whole unit: "9 giờ". */
export function aged(ms: number): string {
  const { days, hours, minutes } = span(Math.max(0, ms));
  if (days > 0) return t("wall.span.short.days", { n: days });
  return hours > 0 ? t("wall.span.short.hours", { n: hours }) : t("wall.span.minutes", { m: minutes });
}
