/** The parts of a case about proof: findings, the lot, and what was seen at the scene. */
import { html, nothing, type TemplateResult } from "lit";

import { moment } from "../shared/due";
import { icon, type IconName } from "../shared/icons";
import { mediaName } from "../shared/media-words";
import type { FieldCheck, Media, ProofFinding, Report } from "../shared/model";
import { locale, t } from "../shared/preferences";
import { exact } from "../shared/times";
import type { Desk } from "./desk";
import { findingText } from "./proof-words";
import { agencyName } from "./tell";

type Part = TemplateResult | typeof nothing;
type Severity = ProofFinding["severity"];

const SIGN: Record<Severity, { icon: IconName; chip: string }> = { ok: { icon: "check", chip: "done" }, warn: { icon: "alarm", chip: "soon" }, fail: { icon: "cross", chip: "late" } };

/** Each finding with its sign and its word; those about one file under its name. */
export function findingList(findings: readonly ProofFinding[], media: readonly Media[]): TemplateResult {
  const grave: Severity[] = ["fail", "warn", "ok"];
  const sorted = [...findings].sort((a, b) => grave.indexOf(a.severity) - grave.indexOf(b.severity));
  const files = new Set(findings.map((one) => one.media).filter((one) => one !== null && one !== undefined));
  return html`<ul class="findings">${sorted.map((one) => {
    const file = files.size > 1 ? media.find((each) => each.id === one.media) : undefined;
    return html`<li data-finding=${one.code} data-severity=${one.severity}><span class="chip ${SIGN[one.severity].chip}">${icon(SIGN[one.severity].icon)}<span>${t(`proof.${one.severity}`)}</span></span>
      <span>${file === undefined ? nothing : html`<strong>${mediaName(file, media)}:</strong> `}${findingText(one)}</span></li>`;
  })}</ul>`;
}

/** What the approver reads beside the photos. `compare`: opens before and after beside each other. */
export function proofSection(report: Report, compare: (() => void) | null): Part {
  const proof = report.proof;
  if (proof === undefined || proof === null || (proof.findings.length === 0 && proof.override === null)) return nothing;
  const both = report.media.some((one) => one.role === "report" && one.large) && report.media.some((one) => one.role === "proof" && one.large);
  return html`<section data-proof=${proof.worst ?? ""}><h3>${icon("shield")}${t("proof.title")}</h3><div class="card">
    ${proof.worst === null ? nothing : html`<p class="lead">${icon(SIGN[proof.worst].icon)}${t(`proof.worst.${proof.worst}`)}</p>`}
    ${findingList(proof.findings, report.media)}
    ${proof.failed_at === undefined || proof.worst !== "fail" ? nothing : html`<p class="note bad">${t("proof.failed_late")} ${moment(proof.failed_at)}</p>`}
    ${proof.override === null ? nothing : html`<p class="note warn">${t("proof.override", { name: proof.override.name ?? proof.override.by, reason: proof.override.reason })}</p>`}
    ${compare === null || !both ? nothing : html`<p><button type="button" data-compare @click=${compare}>${icon("image")}${t("proof.compare")}</button></p>`}</div></section>`;
}

/** A case that came back by lot, and what was found. */
export function auditSection(report: Report): Part {
  const audit = report.audit;
  if (audit === undefined || audit === null) return nothing;
  const share = new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(audit.share ?? 0);
  return html`<section><h3>${icon("eye")}${t("audit.title")}</h3><div class="note ${audit.result === "failed" ? "bad" : audit.result === "passed" ? "info" : "warn"}">
    <strong>${audit.result === undefined ? t("audit.pending") : t(`audit.result.${audit.result}`)}</strong>
    ${audit.note ? html`<p class="said">${audit.note}</p>` : nothing}
    ${audit.drawn_at === undefined ? nothing : html`<p class="faint">${t("audit.drawn", { at: exact(audit.drawn_at, locale()), share })}</p>`}</div></section>`;
}

export function openCheck(report: Report): FieldCheck | undefined {
  const last = report.checks?.at(-1);
  return last === undefined || last.done_at !== undefined || last.recalled_at !== undefined ? undefined : last;
}

function checkView(desk: Desk, report: Report, check: FieldCheck): TemplateResult {
  const to = check.name ?? agencyName(desk, check.to);
  const open = check.done_at === undefined && check.recalled_at === undefined;
  const title = open ? t("check.open", { to }) : check.done_at === undefined ? t("check.recalled") : t("check.done", { to });
  const photos = report.media.filter((one) => check.media?.includes(one.id) === true && (one.small ?? one.large));
  return html`<li class="note ${open ? "warn" : "info"}"><strong>${title}</strong>
    <p class="quiet">${t("check.asked")}: ${check.question} <span class="faint">${moment(check.at)}</span></p>
    ${check.finding === undefined ? nothing : html`<p class="said">${check.finding}</p><p class="faint">${moment(check.done_at ?? "")}</p>`}
    ${check.reason ? html`<p class="said">${check.reason}</p>` : nothing}
    ${photos.length === 0 ? nothing : html`<p class="seen">${photos.map((one) => html`<a href=${one.large ?? one.small ?? ""} target="_blank" rel="noopener"><img src=${one.small ?? one.large ?? ""} alt=${mediaName(one, report.media)}></a>`)}</p>`}
    ${(check.facts ?? []).length === 0 ? nothing : findingList(check.facts ?? [], report.media)}</li>`;
}

/** What was asked and seen at the scene, the newest first. */
export function checksSection(desk: Desk, report: Report): Part {
  const checks = report.checks ?? [];
  if (checks.length === 0) return nothing;
  const mine = desk.me.agency !== null && report.checking?.includes(desk.me.agency) === true;
  return html`<section><h3>${icon("pin")}${t("check.title")}</h3>${mine ? html`<p class="note info">${t("check.mine")}</p>` : nothing}
    <ul class="seen-list">${[...checks].reverse().map((check) => checkView(desk, report, check))}</ul></section>`;
}
