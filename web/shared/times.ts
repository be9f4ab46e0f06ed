/** Times as people read them, in the city's zone. */

let zone = "Asia/Ho_Chi_Minh";

/** The city's IANA zone; the pages carry it in <html data-zone>. */
export function setZone(name: string | undefined): void {
  if (name !== undefined && name !== "") zone = name;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  formats.set(key, known);
  return known;
}

/** An instant in the city's zone, written as `options` say. */
export function inZone(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  return format(locale, options).format(at);
}

/** 14:05, 21/11/2026 */
export function exact(at: string, locale: string): string {
  return format(locale, { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" }).format(new Date(at));
}

/** 14:05 when it is today, otherwise 21/11 14:05. */
export function short(at: string, now: number, locale: string): string {
  const day = format("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
  const date = new Date(at);
  const time = format(locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
  if (day.format(date) === day.format(now)) return time;
  // Without a year Vietnamese dates come with a hyphen; with one, as everywhere else here, with a stroke.
  return `${format(locale, { day: "2-digit", month: "2-digit" }).format(date).replace("-", "/")} ${time}`;
}

export type Lateness = "none" | "calm" | "soon" | "late";

const SOON = 2 * 3600_000;

/** How pressing a due time is: soon within two hours, late once it has passed. */
export function lateness(due: string | null, now: number): Lateness {
  if (due === null) return "none";
  const left = Date.parse(due) - now;
  return left < 0 ? "late" : left <= SOON ? "soon" : "calm";
}

export interface Span { days: number; hours: number; minutes: number; seconds: number }

export function span(ms: number): Span {
  const total = Math.floor(Math.abs(ms) / 1000);
  return { days: Math.floor(total / 86400), hours: Math.floor(total / 3600) % 24, minutes: Math.floor(total / 60) % 60, seconds: total % 60 };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** A duration of constant width per magnitude: "3d 04h", "5:12:09", "12:09". The unit letters come from the language. */
export function clock(ms: number, units: { d: string; h: string }): string {
  const { days, hours, minutes, seconds } = span(ms);
  if (days > 0) return `${days}${units.d} ${two(hours)}${units.h}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
}

/** The value of <input type="datetime-local"> for an instant, in the city's zone. */
export function toInput(at: string): string {
  const parts = new Map(format("en-CA", {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(new Date(at)).map((part) => [part.type, part.value]));
  const get = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return `${get("year")}-${get("month")}-${get("day")}T${get("hour")}:${get("minute")}`;
}

/** The instant an <input type="datetime-local"> names in the city's zone, RFC 3339 in UTC. */
export function fromInput(value: string): string {
  let guess = Date.parse(`${value}:00Z`);
  const wanted = guess;
  // Two rounds settle it also where a clock change lies between the guess and the answer.
  for (let round = 0; round < 2; round += 1) guess += wanted - Date.parse(`${toInput(new Date(guess).toISOString())}:00Z`);
  return new Date(guess).toISOString();
}
