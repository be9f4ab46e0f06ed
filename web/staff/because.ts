/** Why a report goes to an agency, in words: the stored reasons as one sentence, or one by one. */
import { html, type TemplateResult } from "lit";

import { icon } from "../shared/icons";
import type { Reason, Route } from "../shared/model";
import { locale, named, said, t } from "../shared/preferences";
import type { Desk } from "./desk";
import { agencyName, distance } from "./tell";

const WARN: ReadonlySet<string> = new Set(["near-boundary", "second-look"]);
const FAULT: ReadonlySet<string> = new Set(["rule-failed", "beyond-areas", "no-target"]);
/** Said at the end: how far the next area is, after what decided. */
const LAST: ReadonlySet<string> = new Set(["boundary", "near-boundary"]);

/** "01/07/2025" of "2025-07-01"; what is no day stays as it is. */
function dayText(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : new Intl.DateTimeFormat(locale(), { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" }).format(at);
}

/** What the words need of a desk; the administration has a person and names, and no desk. */
export type Names = Pick<Desk, "category" | "me">;

function personName(desk: Names, username: string): string {
  return username === desk.me.username ? t("route.me") : username;
}

/** One reason as a phrase, to stand in a sentence. */
export function becausePhrase(desk: Names, reason: Reason): string {
  const category = desk.category(reason.category ?? "");
  const values: Record<string, string> = {
    name: reason.name ?? reason.area ?? "", distance: reason.distance_m === undefined ? "" : distance(reason.distance_m).replace(" ", "\u00a0"),
    rule: reason.rule ?? "", error: reason.error ?? "", person: personName(desk, reason.person ?? ""), since: dayText(reason.valid_from ?? ""),
    category: category === undefined ? (reason.category ?? "") : named(category),
    urgency: reason.urgency === "urgent" ? t("urgency.urgent") : t("urgency.normal"),
    level: reason.unit === undefined ? "" : said(`route.amount.${reason.unit}`, "{n}").replace("{n}", String(reason.amount ?? "")),
  };
  return said(`because.${reason.code}`, reason.text ?? reason.code).replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

/** The same standing alone: "Nằm trong Phường Vũng Tàu." */
export function becauseText(desk: Names, reason: Reason): string {
  const phrase = becausePhrase(desk, reason);
  return `${phrase.charAt(0).toLocaleUpperCase(locale())}${phrase.slice(1)}.`;
}

function part(desk: Desk, reason: Reason): TemplateResult {
  const kind = FAULT.has(reason.code) ? "fault" : WARN.has(reason.code) ? "near" : "";
  const phrase = becausePhrase(desk, reason);
  return kind === "" ? html`${phrase}` : html`<strong class=${kind}>${icon("alarm")}${phrase}</strong>`;
}

/** The whole explanation as one sentence; what asks for a second look stands out. */
export function routeSentence(desk: Desk, route: Route): TemplateResult {
  const reasons = route.because ?? [];
  const ordered = [...reasons.filter((one) => !LAST.has(one.code)), ...reasons.filter((one) => LAST.has(one.code))];
  const [before = "", after = ""] = t("route.why", { agency: agencyName(desk, route.lead), reasons: "\u0000" }).split("\u0000");
  return html`${before}${ordered.map((reason, at) => html`${at === 0 ? "" : ", "}${part(desk, reason)}`)}${after}`;
}

/** For whom a rule keeps a report that nobody has taken yet; null for everybody. */
export function keptFor(desk: Desk, report: { state: string; route?: Route | null; claim: unknown }): string | null {
  const person = report.route?.person;
  if (person === undefined || person === null || report.claim !== null || !["received", "verified"].includes(report.state)) return null;
  return t("route.for", { name: personName(desk, person) });
}
