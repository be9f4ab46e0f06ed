/** What the rules of proof say, in the reader's words. */
import { movedText } from "../shared/media-words";
import type { ProofAsks, ProofFinding } from "../shared/model";
import { locale, t } from "../shared/preferences";
import { exact } from "../shared/times";
import type { Key } from "../shared/words/vi";

/** Metres as people say them. */
export function metres(value: unknown): string {
  const number = typeof value === "number" ? value : 0;
  const format = new Intl.NumberFormat(locale(), { maximumFractionDigits: number >= 1000 ? 1 : 0 });
  return number >= 1000 ? `${format.format(number / 1000)} km` : `${format.format(number)} m`;
}

const moment = (value: unknown): string => (typeof value === "string" && !Number.isNaN(Date.parse(value)) ? exact(value, locale()) : "");

function key({ code, severity, facts }: ProofFinding): Key {
  const { why } = facts;
  switch (code) {
    case "photo": return severity === "ok" ? "proof.photo.ok" : "proof.photo.fail";
    case "near": return why === "no-position" || why === "unsure-position" || why === "within-accuracy" ? `proof.near.${why}` : severity === "ok" ? "proof.near.ok" : "proof.near.far";
    case "after": return why === "no-time" || why === "no-zone" || why === "to-come" ? `proof.after.${why}` : severity === "ok" ? "proof.after.ok" : "proof.after.early";
    case "unique": return why === "like-own" || why === "like-film" || why === "not-compared" || why === "film-coming" ? `proof.unique.${why}` : severity === "ok" ? "proof.unique.ok" : facts["own"] === true ? "proof.unique.own" : facts["same_file"] === true ? "proof.unique.used" : "proof.unique.nearly";
    case "words": return severity === "ok" ? "proof.words.ok" : "proof.words.bare";
  }
}

/** One finding as a sentence. */
export function findingText(finding: ProofFinding): string {
  const { facts } = finding;
  const moved = finding.code === "unique" ? movedText(facts["turned"], facts["mirrored"]) : null;
  const words = t(key(finding), {
    distance: metres(facts["distance_m"]), within: metres(facts["within_m"]), taken: moment(facts["taken_at"]), assigned: moment(facts["assigned_at"]),
    photos: Number(facts["photos"] ?? 0), words: Number(facts["words"] ?? 0), least: Number(facts["least"] ?? 0), bits: Number(facts["distance"] ?? 0),
  });
  return moved === null ? words : `${words}: ${moved}`;
}

/** What a result needs, as sentences: what binds, and what is only looked at. */
export function askedFor(asks: ProofAsks): { binding: string[]; advice: string[] } {
  const all: [string, string][] = [
    ["near", t("proof.asks.near", { within: metres(asks.within_m) })], ["after", t("proof.asks.after")], ["unique", t("proof.asks.unique")], ["words", t("proof.asks.words", { least: asks.words })],
  ];
  const binds = (code: string): boolean => asks.binding.includes(code);
  return {
    binding: [...(asks.photo ? [t("proof.asks.photo")] : []), ...all.filter(([code]) => binds(code)).map(([, words]) => words)],
    advice: all.filter(([code]) => !binds(code)).map(([, words]) => words),
  };
}

/** The findings that forbid approval. */
export function against(findings: readonly ProofFinding[] | undefined): ProofFinding[] {
  return (findings ?? []).filter((one) => one.severity === "fail");
}
