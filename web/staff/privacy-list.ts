/** The areas of the privacy editor as a list: each can be named, timed (in a film) and removed without a mouse. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../shared/icons";
import type { Area, AreaKind } from "../shared/model";
import { t } from "../shared/preferences";

export const KINDS: readonly AreaKind[] = ["face", "plate", "hand"];

export interface ListContext {
  areas: readonly Area[];
  chosen: string | null;
  /** The film's length in seconds; null for a picture. */
  duration: number | null;
  /** The second shown now. */
  second: number;
  choose: (id: string) => void;
  change: (id: string, part: Partial<Area>) => void;
  remove: (id: string) => void;
}

/** "Khuôn mặt 2": counted within its kind, in the order of the list. */
export function areaName(areas: readonly Area[], area: Area): string {
  return `${t(`privacy.kind.${area.kind}`)} ${placeOf(areas, area)}`;
}

function placeOf(areas: readonly Area[], area: Area): number {
  return areas.filter((one) => one.kind === area.kind).findIndex((one) => one.id === area.id) + 1;
}

/** The same with where it is, for those who do not see it. */
export function areaLabel(areas: readonly Area[], area: Area): string {
  const percent = (value: number): number => Math.round(value * 100);
  return t("privacy.area", { kind: t(`privacy.kind.${area.kind}`), n: placeOf(areas, area), x: percent(area.x), y: percent(area.y), w: percent(area.w), h: percent(area.h) });
}

function about(area: Area): string {
  const parts = [];
  if (area.score !== null && area.score !== undefined) parts.push(t("privacy.sure", { n: Math.round(area.score * 100) }));
  if (area.path !== undefined) parts.push(t("privacy.follows"));
  return parts.join(" · ");
}

function seconds(context: ListContext, area: Area, name: "from_s" | "to_s"): TemplateResult {
  const known = area[name] ?? (name === "from_s" ? 0 : (context.duration ?? 0));
  const set = (value: number): void => {
    const held = Math.min(context.duration ?? 0, Math.max(0, Math.round(value * 100) / 100));
    // The other end gives way, so that an area never ends before it begins.
    const other = name === "from_s" ? { to_s: Math.max(held, area.to_s ?? context.duration ?? 0) } : { from_s: Math.min(held, area.from_s ?? 0) };
    context.change(area.id, { ...other, [name]: held });
  };
  return html`<label>${t(name === "from_s" ? "privacy.from" : "privacy.to")}
      <input type="number" min="0" max=${context.duration ?? 0} step="0.1" .value=${String(Math.round(known * 100) / 100)} data-time=${name}
        @change=${(event: Event) => { const value = (event.target as HTMLInputElement).valueAsNumber; if (!Number.isNaN(value)) set(value); }}></label>
    <button type="button" class="square" title=${t(name === "from_s" ? "privacy.from.here" : "privacy.to.here")} aria-label=${t(name === "from_s" ? "privacy.from.here" : "privacy.to.here")}
      @click=${() => set(context.second)}>${icon(name === "from_s" ? "right" : "left")}</button>`;
}

export function areaList(context: ListContext): TemplateResult {
  if (context.areas.length === 0) return html`<p class="hint">${t("privacy.areas.none")}</p>`;
  return html`<ul class="areas">${context.areas.map((area) => {
    const name = areaName(context.areas, area);
    return html`<li class=${area.id === context.chosen ? "chosen" : ""} data-area=${area.id} @focusin=${() => context.choose(area.id)}>
      <span class="line"><span class="swatch ${area.kind}"></span>
        <select aria-label=${`${t("privacy.kind")}: ${name}`} @change=${(event: Event) => context.change(area.id, { kind: (event.target as HTMLSelectElement).value as AreaKind })}>
          ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === area.kind}>${kind === area.kind ? name : t(`privacy.kind.${kind}`)}</option>`)}</select>
        <button type="button" class="square" data-remove aria-label=${`${t("privacy.remove")}: ${name}`} @click=${() => context.remove(area.id)}>${icon("trash")}</button></span>
      ${context.duration === null ? nothing : html`<span class="span">${seconds(context, area, "from_s")}${seconds(context, area, "to_s")}</span>`}
      ${about(area) === "" ? nothing : html`<span class="about">${about(area)}</span>`}</li>`;
  })}</ul>`;
}
