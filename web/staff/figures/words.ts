/** Numbers of the figures as people read them. */
import { locale, named, t } from "../../shared/preferences";
import type { Key } from "../../shared/words/vi";
import { duration, type Counts, type Part } from "./model";

export const NOTHING = "–";

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

export function percent(share: number | null): string {
  return share === null ? NOTHING : new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(share);
}

export function lasting(minutes: number | null): string {
  if (minutes === null) return NOTHING;
  const { key, n, h, m, d } = duration(minutes);
  return t(key, { n: number(n), h, m, d: number(d) });
}

/** 24/11/2026 from 2026-11-24: a day is no moment, so no zone can shift it. */
export function day(on: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", day: "2-digit", month: "2-digit", year: "numeric" }).format(new Date(`${on}T00:00:00Z`));
}

/** The name of a table's row. */
export function rowName(part: Part, row: Counts): string {
  if (row.key === null) return t(part === "areas" ? "figures.none.areas" : "figures.none.agencies");
  if (part === "channels") return channel(row.key);
  return row.name === null ? row.key : named({ name: row.name, name_en: row.name_en });
}

const TOLD: Record<string, Key> = {
  app: "channel.app", web: "channel.web", android: "channel.android", ios: "channel.ios", phone: "channel.phone",
};

export function channel(code: string): string {
  const key = TOLD[code];
  return key === undefined ? code : t(key);
}
