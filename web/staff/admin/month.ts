/** A calendar's month: which days are worked, and why a day is different from its weekday. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
export type Interval = [string, string];
export type Week = Partial<Record<Day, Interval[]>>;
export interface Special { from: string; to: string; name: string; work: Interval[]; note?: string; provisional?: boolean; source?: string }
/** Another week while it holds; without an end for good. */
export interface Season { from: string; to?: string; name: string; week: Week }
export interface Definition { zone?: string; week: Week; weeks?: Season[]; special?: Special[]; holidays?: { country: string }; [more: string]: unknown }
export interface CalendarDay { date: string; number: number; weekday: number; work: Interval[]; special: Special | null }

/** `month` as YYYY-MM. A season replaces the week, a special day both. */
export function month(definition: Definition, wanted: string): CalendarDay[] {
  const [year = 1970, number = 1] = wanted.split("-").map(Number);
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length }, (_, at) => {
    const date = `${wanted}-${String(at + 1).padStart(2, "0")}`;
    const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    const special = (definition.special ?? []).findLast((one) => one.from <= date && date <= one.to) ?? null;
    const day = DAYS[weekday] ?? "mon";
    const season = (definition.weeks ?? []).find((one) => one.from <= date && (one.to === undefined || date <= one.to));
    return { date, number: at + 1, weekday, special, work: special === null ? ((season ?? definition).week[day] ?? []) : special.work };
  });
}

export function monthAfter(wanted: string, by: number): string {
  const [year = 1970, number = 1] = wanted.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** Hours of work of the intervals. */
export function hours(work: readonly Interval[]): number {
  const minutes = (text: string): number => { const [h = 0, m = 0] = text.split(":").map(Number); return h * 60 + m; };
  return work.reduce((sum, [from, to]) => sum + minutes(to) - minutes(from), 0) / 60;
}
