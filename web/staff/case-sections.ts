/** The parts of a case that only show something. */
import { html, nothing, type TemplateResult } from "lit";

import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { said, t } from "../shared/preferences";
import { routeSentence } from "./because";
import type { Desk } from "./desk";
import { agencyName, answerText, distance, reasonText } from "./tell";

type Part = TemplateResult | typeof nothing;

export function answersSection(report: Report): Part {
  const answers = Object.entries(report.answers ?? {});
  if (answers.length === 0) return nothing;
  return html`<dl>${answers.map(([question, answer]) => html`<dt>${question}</dt><dd>${plain(answer)}</dd>`)}</dl>`;
}

function plain(value: unknown): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** The proposal which agency is competent, and why: the very sentences the rule was decided by. */
export function routeSection(desk: Desk, report: Report): Part {
  const route = report.route;
  if (route === undefined || route === null) return nothing;
  return html`<section><h3>${icon("route")}${t("route.title")}</h3><div class="card">
    <p class="lead">${icon("building")}${agencyName(desk, route.lead)}</p>
    ${route.supporting !== undefined && route.supporting.length > 0 ? html`<p class="quiet">${t("route.supporting", { names: route.supporting.map((code) => agencyName(desk, code)).join(", ") })}</p>` : nothing}
    ${route.fallback === true ? html`<p class="note warn">${t("route.fallback")}</p>` : nothing}
    <p class="because">${routeSentence(desk, route)}</p></div></section>`;
}

/** What passed between center, resident and agency. */
export function feedbackSection(desk: Desk, report: Report): Part {
  const notes: TemplateResult[] = [];
  if (report.resolution) {
    notes.push(html`<div class="note info"><strong>${t("case.resolution")}</strong><p class="said">${report.resolution.summary}</p><p class="faint">${moment(report.resolution.at)}</p></div>`);
  }
  if (report.question) notes.push(html`<div class="note"><strong>${t("case.question")}</strong><p class="said">${report.question.text}</p><p class="faint">${moment(report.question.asked_at)}</p></div>`);
  const answer = answerText(report.answer);
  if (answer !== "") notes.push(html`<div class="note info"><strong>${t("case.answer")}</strong><p class="said">${answer}</p></div>`);
  for (const back of report.returns ?? []) {
    notes.push(html`<div class="note warn"><strong>${t("case.returned", { agency: agencyName(desk, back.agency) })}</strong><p class="said">${reasonText(desk, "return", back.reason)}</p>
      ${back.proposed_agency ? html`<p>${t("case.proposed", { agency: agencyName(desk, back.proposed_agency) })}</p>` : nothing}<p class="faint">${moment(back.at)}</p></div>`);
  }
  if (report.rejection) {
    notes.push(html`<div class="note"><strong>${t("case.rejected")}: ${reasonText(desk, "reject", report.rejection.reason)}</strong>
      <p class="said">${report.rejection.public_answer ?? ""}</p></div>`);
  }
  if (report.public_answer) notes.push(html`<div class="note"><strong>${t("case.public_answer")}</strong><p class="said">${report.public_answer}</p></div>`);
  if (report.rating) notes.push(html`<div class="note"><strong>${t(`rating.${report.rating.rating}`)}</strong>${report.rating.comment ? html`<p class="said">${report.rating.comment}</p>` : nothing}</div>`);
  return notes.length === 0 ? nothing : html`<section class="feedback">${notes}</section>`;
}

export function agencySection(desk: Desk, report: Report): Part {
  if (report.lead === null || report.state === "received" || report.state === "verified") return nothing;
  const supporting = report.supporting ?? [];
  if (report.lead === desk.me.agency && supporting.length === 0) return nothing;
  return html`<section><h3>${icon("building")}${t("case.agency")}</h3><dl>
    <dt>${t("case.lead")}</dt><dd>${agencyName(desk, report.lead, report.lead_name)}</dd>
    ${supporting.length > 0 ? html`<dt>${t("case.supporting")}</dt><dd>${supporting.map((code) => agencyName(desk, code)).join(", ")}</dd>` : nothing}</dl></section>`;
}

/** `way`: offers the place to the map app of a crew's phone. */
export function placeSection(report: Report, way: boolean): Part {
  const at = report.location;
  return html`<section><h3>${icon("pin")}${t("case.place")}</h3><dl>
    <dt>${t("case.area")}</dt><dd>${report.area?.name ?? t("area.none")}</dd>
    ${at === null ? nothing : html`<dt>${t("case.coordinates")}</dt><dd class="number">${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}${
      at.accuracy_m === null || at.accuracy_m === undefined ? nothing : html` <span class="whole">(± ${distance(at.accuracy_m)})</span>`}</dd>`}
    ${report.channel ? html`<dt>${t("case.channel")}</dt><dd>${said(`channel.${report.channel}`, report.channel)}</dd>` : nothing}
    ${report.captured_at ? html`<dt>${t("case.captured")}</dt><dd>${moment(report.captured_at)}</dd>` : nothing}</dl>
    ${way && at !== null ? html`<p class="way"><a class="button" href=${`geo:${at.lat},${at.lon}?q=${at.lat},${at.lon}`}>${icon("route")}${t("case.way")}</a></p>` : nothing}</section>`;
}
