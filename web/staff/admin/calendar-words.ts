/** What changed in a calendar, in words: which days came and went, which hours. */
import { t } from "../../shared/preferences";
import { DAYS, type Definition, type Interval, type Special, type Week } from "./month";

export interface Changed { name: string; was: string; now: string }

const written = (date: string): string => date.split("-").toReversed().join("/");
const spans = (work: readonly Interval[]): string => work.map(([from, to]) => `${from}–${to}`).join(", ");

/** "02/09/2027–03/09/2027 Quốc khánh", with its hours where the day is worked instead of another. */
function dayWords({ from, to, name, work, provisional }: Special): string {
  const days = to === from ? written(from) : `${written(from)}–${written(to)}`;
  const marks = [...(work.length > 0 ? [`${t("admin.special.swapped")} ${spans(work)}`] : []), ...(provisional === true ? [t("admin.special.provisional")] : [])];
  return `${days} ${name}${marks.length > 0 ? ` (${marks.join("; ")})` : ""}`;
}

function weekWords(week: Week | undefined): string {
  const days = DAYS.filter((day) => (week?.[day] ?? []).length > 0).map((day) => `${t(`admin.day.short.${day}`)} ${spans(week?.[day] ?? [])}`);
  return days.length === 0 ? t("admin.none") : days.join("; ");
}

/** Days that only one of the two has; a day that changed is in both answers. */
function only(days: readonly Special[], others: readonly Special[]): string {
  const known = new Set(others.map((one) => JSON.stringify(one)));
  const left = days.filter((one) => !known.has(JSON.stringify(one))).map(dayWords);
  return left.length === 0 ? t("admin.none") : left.join("; ");
}

const same = (one: unknown, two: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(two ?? null);

export function calendarChanges(was: Definition, now: Definition): Changed[] {
  const [before, after] = [was.special ?? [], now.special ?? []];
  const seasons = (one: Definition): string => (one.weeks ?? []).map((season) => `${season.name}: ${weekWords(season.week)}`).join("; ") || t("admin.none");
  return [
    ...(same(was.zone, now.zone) ? [] : [{ name: t("admin.calendar.zone"), was: was.zone ?? "", now: now.zone ?? "" }]),
    ...(same(was.week, now.week) ? [] : [{ name: t("admin.week"), was: weekWords(was.week), now: weekWords(now.week) }]),
    ...(same(was.weeks, now.weeks) ? [] : [{ name: t("admin.season"), was: seasons(was), now: seasons(now) }]),
    ...(same(before, after) ? [] : [{ name: t("admin.special"), was: only(before, after), now: only(after, before) }]),
    ...(same(was.holidays, now.holidays) ? [] : [{ name: t("admin.special.country"), was: was.holidays?.country ?? t("admin.none"), now: now.holidays?.country ?? t("admin.none") }]),
  ];
}
