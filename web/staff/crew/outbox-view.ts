/** What still waits on the phone, piece by piece, and what the city refused. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { mend, remove } from "../../shared/outbox/drafts";
import { kick } from "../../shared/outbox/sender";
import type { OutboxItem, OutboxMedia } from "../../shared/outbox/types";
import { t } from "../../shared/preferences";
import type { Stop } from "./stops";

const WAITS: ReadonlySet<OutboxItem["stage"]> = new Set(["queued", "sending", "uploading"]);

/** How much of a piece is there, 0 to 100. */
export const percentOf = (media: OutboxMedia): number => (media.state === "done" ? 100 : Math.floor((media.offset / Math.max(1, media.size)) * 100));

function piece(media: OutboxMedia, place: number): TemplateResult {
  const name = t("crew.photo.n", { n: place + 1 });
  const word = media.state === "refused" ? (media.problem?.detail ?? t("crew.refused")) : `${percentOf(media)} %`;
  return html`<li><span>${name} · <span class="number">${word}</span></span><progress max="100" .value=${percentOf(media)} aria-label=${name}></progress></li>`;
}

/** Why the city did not take it, in the reader's language, and what to do about it. */
function reason(item: OutboxItem, here: boolean): string {
  const { problem } = item;
  if (problem?.status === 404 || (problem !== null && !here)) return t("crew.refused.gone");
  if (problem?.type.endsWith("/not-now") === true) return t("crew.refused.over");
  return problem?.errors?.map((one) => one.detail).join("; ") ?? problem?.detail ?? problem?.title ?? "";
}

function refusal(item: OutboxItem, stops: readonly Stop[], show: (stop: Stop) => void): TemplateResult {
  const stop = stops.find((one) => one.id === item.about);
  const again = async (): Promise<void> => { await mend(item.id); if (stop !== undefined) show(stop); };
  return html`<div class="note bad" role="alert"><strong>${t("crew.refused.title", { what: item.title })}</strong>
    <span>${reason(item, stop !== undefined)}</span>
    <span class="said">${item.entries.find(([name]) => name === "words")?.[1] ?? ""}</span>
    <span class="two">${stop === undefined ? nothing : html`<button @click=${() => void again()}>${t("crew.mend")}</button>`}<button @click=${() => { if (window.confirm(t("crew.throw.sure"))) void remove(item.id); }}>${t("crew.throw")}</button></span></div>`;
}

export function outboxSection(items: readonly OutboxItem[], username: string, stops: readonly Stop[], show: (stop: Stop) => void): TemplateResult {
  const mine = items.filter((item) => item.by === username);
  const waiting = mine.filter((item) => WAITS.has(item.stage));
  const others = items.filter((item) => item.by !== username && WAITS.has(item.stage)).length;
  return html`<div role="status" data-outbox=${waiting.length}>
    ${waiting.length === 0 ? nothing : html`<p class="line"><span class="chip soon">${icon("upload")}<span>${t("crew.outbox", { n: waiting.length })}</span></span><button class="link" @click=${() => void kick()}>${t("crew.send_now")}</button></p>
      <ul class="pieces">${waiting.flatMap((item) => item.media.map(piece))}</ul>`}
    ${others === 0 ? nothing : html`<p class="line">${t("crew.outbox.others", { n: others })}</p>`}</div>
    ${mine.filter((item) => item.stage === "rejected").map((item) => refusal(item, stops, show))}`;
}
