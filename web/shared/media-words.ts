/** How pictures, films and voice notes are named, and what is said about them. */
import type { Media, Notice } from "./model";
import { locale, said, t } from "./preferences";
import { exact } from "./times";

/** "Ảnh trước 1", "Đoạn phim sau 2", "Ghi âm 1": counted within its kind and role among all the media of the report. */
export function mediaName(one: Media, all: readonly Media[]): string {
  const kind = (medium: Media): string => medium.kind ?? "image";
  const n = all.filter((other) => other.role === one.role && kind(other) === kind(one)).findIndex((other) => other.id === one.id) + 1;
  if (one.kind === "audio") return t("photo.voice.n", { n });
  if (one.role === "check") return t("photo.check.n", { n });
  if (one.kind === "video") return t(one.role === "proof" ? "photo.film.after.n" : "photo.film.before.n", { n });
  return t(one.role === "proof" ? "photo.after.n" : "photo.before.n", { n });
}

export function refusalText(refusal: Notice | null | undefined): string {
  return refusal ? said(`refusal.${refusal.code}`, refusal.detail) : t("photo.refused");
}

function metres(value: number): string {
  return value >= 1000 ? `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value / 1000)} km` : `${value} m`;
}

/** What was done to a picture that was used before: "lật gương, xoay 90° theo chiều kim đồng hồ"; null for nothing. */
export function movedText(turned: unknown, mirrored: unknown): string | null {
  const turn = turned === 90 || turned === 180 || turned === 270 ? t(`moved.${turned}`) : null;
  const parts = [mirrored === true ? t("moved.mirrored") : null, turn].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(", ");
}

/** A warning in the reader's language; the server's own detail where nobody has words for its code. */
export function warningText(warning: Notice): string {
  if (warning.code === "used-before") {
    const alike = t(warning.same_file === true ? "warning.same-file" : warning.unsure === true ? "warning.like-film" : "warning.nearly");
    const moved = movedText(warning.turned, warning.mirrored);
    const how = moved === null ? alike : `${alike}, ${moved}`;
    return `${warning.own === true ? t("warning.used-before.own") : t("warning.used-before", { report: warning.report ?? warning.detail })} (${how})`;
  }
  const values: Record<string, string> = {
    distance: warning.distance_m === undefined ? warning.detail : metres(warning.distance_m),
    at: Number.isNaN(Date.parse(warning.detail)) ? warning.detail : exact(warning.detail, locale()),
  };
  return said(`warning.${warning.code}`, warning.detail).replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

/** 0:07, 1:32 */
export function length(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Why a file has no picture yet, or never will; null when it can be shown. */
export function absence(one: Media): string | null {
  switch (one.state) {
    case "ready": return null;
    case "expected": return one.progress === null || one.progress === undefined ? t("photo.expected") : t("photo.expected.percent", { n: one.progress });
    case "processing": return one.progress === null || one.progress === undefined ? t("photo.processing") : t("photo.processing.percent", { n: one.progress });
    case "refused": return refusalText(one.refusal);
    case "withheld": return one.refusal ? refusalText(one.refusal) : t("photo.withheld");
  }
}

/** What stands between this file and the public, for the center: a short line, and whether a person has to look. */
export function privacyText(one: Media): { text: string; wants: boolean } | null {
  if (one.state !== "ready" || one.kind === "audio" || one.privacy === undefined) return null;
  if (one.privacy === null) return { text: t("privacy.state.looking"), wants: false };
  if (one.privacy.state === "withheld") return { text: t("privacy.state.withheld"), wants: true };
  if (!one.public) return { text: t("privacy.state.making"), wants: false };
  const count = one.privacy.areas.length;
  return { text: count === 0 ? t("privacy.state.clear") : t("privacy.state.areas", { n: count }), wants: false };
}

/** Why no public copy was made by itself, in the reader's language. */
export function withheldText(reason: string | null | undefined): string {
  return said(`privacy.withheld.${reason ?? "examiner-failed"}`, t("privacy.withheld.examiner-failed"));
}

/** A public copy's address that is another one after every change of what is hidden: no cache shows an older copy. */
export function fresh(one: Media, address: string | null | undefined): string | null {
  if (!address) return null;
  return `${address}${address.includes("?") ? "&" : "?"}as-of=${encodeURIComponent(one.privacy?.at ?? "")}`;
}
