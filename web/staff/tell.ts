/** How the staff screens put reports, events, faults and changes into words. */
import { html, type TemplateResult } from "lit";

import { icon } from "../shared/icons";
import { currentLanguage, locale, named, said, t } from "../shared/preferences";
import type { Actor, LiveEvent, PublicStatus, ReasonChoice, Report, State, TimelineEntry } from "../shared/model";
import type { Refused } from "../shared/problem";
import { exact } from "../shared/times";
import type { Desk } from "./desk";
import { difference, type Change, type Field } from "./difference";
import { findingText } from "./proof-words";

const TONE: Record<PublicStatus, string> = { waiting: "waiting", in_progress: "in_progress", done: "done", rejected: "rejected" };

export function stateChip(report: { state: State; public_status: PublicStatus }): TemplateResult {
  return html`<span class="chip ${TONE[report.public_status]}">${icon(report.state)}<span>${t(`state.${report.state}`)}</span></span>`;
}

export function urgentChip(report: Report): TemplateResult | string {
  return report.urgency === "urgent" ? html`<span class="chip urgent">${icon("urgent")}<span>${t("urgency.urgent")}</span></span>` : "";
}

export function categoryName(desk: Desk, report: Report): string {
  const known = desk.category(report.category);
  return known === undefined ? (report.category_name ?? report.category) : named(known);
}

export function agencyName(desk: Desk, code: string | null | undefined, otherwise?: string | null): string {
  if (code === null || code === undefined) return t("agency.none");
  const known = desk.agency(code);
  return known === undefined ? (otherwise ?? code) : named(known);
}

export function reasonName(choice: ReasonChoice): string {
  return named(choice);
}

/** A stored reason: a code of the city's list, or the person's own words. */
export function reasonText(desk: Desk, command: string, reason: string): string {
  const choice = desk.catalogues.reasonsFor(command).find((one) => one.code === reason);
  return choice === undefined ? reason : reasonName(choice);
}

export function actorName(desk: Desk, actor: Actor | null | undefined): string {
  if (actor === null || actor === undefined) return "";
  if (actor.kind === "system") return t("actor.system");
  if (actor.kind === "device" || actor.kind === "reporter") return t("actor.reporter");
  if (actor.agency) return agencyName(desk, actor.agency, actor.name);
  return actor.name ?? actor.username ?? "";
}

/** One event of a timeline or the live feed as a sentence. */
export function eventText(event: LiveEvent | TimelineEntry): string {
  const told = "text_vi" in event ? (currentLanguage() === "en" ? event.text_en : event.text_vi) : undefined;
  return said(`event.${event.event}`, told ?? event.event);
}

/** How pressing the center's own rule holds a report, and what that is made of; null where it says nothing. */
export function priorityText(report: Report): { score: number; why: string } | null {
  if (report.priority === undefined || report.priority === null) return null;
  const number = new Intl.NumberFormat(locale(), { signDisplay: "exceptZero", maximumFractionDigits: 0 });
  const why = (report.priority.because ?? []).map((one) => `${said(`priority.because.${one.code}`, one.code)} ${number.format(one.weight)}`);
  return { score: Math.round(report.priority.score), why: why.join(" · ") };
}

/** Metres as people say them: 12 m, 340 m, 2,4 km. */
export function distance(metres: number): string {
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: metres < 10_000 && metres >= 1000 ? 1 : 0 });
  return metres >= 1000 ? `${number.format(metres / 1000)} km` : `${number.format(metres)} m`;
}

/** What happened, that nothing was lost, and what to do next. */
export function faultText(error: Refused): string {
  const holder = error.problem.report?.claim?.by.name;
  switch (error.slug) {
    case "proof-refused": return `${t("proof.refused")} ${(error.problem.findings ?? []).map(findingText).join("; ")}.`;
    case "proof-failed": return t("proof.failed");
    case "offline": return t("fault.offline");
    case "unanswered": return t("fault.unanswered");
    case "held": return holder === undefined ? t("fault.held") : t("fault.held.by", { name: holder });
    case "stale": return t("fault.stale");
    case "not-now": return error.problem.report ? t("fault.not_now.state", { state: t(`state.${error.problem.report.state}`) }) : t("fault.not_now");
    case "too-many": return t("fault.too_many");
    default: break;
  }
  if (error.status === 401) return t("fault.signed_out");
  if (error.status === 403) return t("fault.forbidden");
  if (error.status === 404) return t("fault.gone");
  if (error.status === 422) return t("fault.input", { detail: (error.problem.errors ?? []).map((one) => one.detail).join("; ") || error.message });
  return t("fault.other", { detail: error.message });
}

/** How each field of a report is written when two versions are compared. */
export function write(desk: Desk): (field: Field, report: Report) => string {
  return (field, report) => {
    switch (field) {
      case "state": return t(`state.${report.state}`);
      case "category": return categoryName(desk, report);
      case "urgency": return t(`urgency.${report.urgency}`);
      case "area": return report.area?.name ?? "";
      case "lead": return report.lead === null ? "" : agencyName(desk, report.lead, report.lead_name);
      case "supporting": return (report.supporting ?? []).map((code) => agencyName(desk, code)).join(", ");
      case "claim": return report.claim?.by.name ?? "";
      case "due_at": return report.due_at === null ? "" : exact(report.due_at, locale());
      case "description": return report.description ?? "";
      case "question": return report.question?.text ?? "";
      case "answer": return answerText(report.answer);
      case "resolution": return report.resolution?.summary ?? "";
      case "rejection": return report.rejection === undefined || report.rejection === null ? "" : [reasonText(desk, "reject", report.rejection.reason), report.rejection.public_answer ?? ""].filter((one) => one !== "").join(": ");
      case "merged_into": return report.merged_into ?? "";
      case "public_answer": return report.public_answer ?? "";
      case "media": return String(report.media.length);
    }
  };
}

export function changes(desk: Desk, before: Report, after: Report): Change[] {
  return difference(before, after, write(desk));
}

/** The resident's answer to a question, whether the API gives it as text or as an object with one. */
export function answerText(answer: unknown): string {
  if (typeof answer === "string") return answer;
  if (typeof answer === "object" && answer !== null && "text" in answer && typeof answer.text === "string") return answer.text;
  return "";
}
