import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import type { Area } from "../shared/model";
import { t } from "../shared/preferences";
import { drawn, moved, placeAt, pulled, type Box, type Corner } from "./areas";
import { areaLabel, areaName } from "./privacy-list";
import { styled } from "./styled";

const CORNERS: readonly Corner[] = ["nw", "ne", "sw", "se"];
const STEP = 0.01;
const FINE = 0.002;

function at({ x, y, w, h }: Box): Record<string, string> {
  const share = (part: number): string => `${part * 100}%`;
  return { left: share(x), top: share(y), width: share(w), height: share(h) };
}

interface Drag { id: string; corner: Corner | null; x: number; y: number; box: Box; began: boolean }

/** The areas over a picture: drawn, moved and pulled by mouse or finger, or by the keys of the one that has the focus.
 *  Fires `draw` (a box), `shape` (an area's new box; `same` while one drag goes on), `remove`, `choose-area`. */
@customElement("ht-area-board")
export class AreaBoard extends HtElement {
  @property({ attribute: false }) areas: readonly Area[] = [];
  @property({ attribute: false }) chosen: string | null = null;
  @property({ attribute: false }) second: number | null = null;
  @state() private drawing: { x0: number; y0: number; x1: number; y1: number } | null = null;
  @query(".overlay") private overlay!: HTMLElement;
  private drag: Drag | null = null;
  private readonly fingers = new Map<number, { x: number; y: number }>();

  // Over a photograph nothing of the theme holds: white, black and three bright tints are seen on all of it.
  static override styles = [controls, css`
    :host { position: absolute; inset: 0; }
    .overlay { position: absolute; inset: 0; cursor: crosshair; touch-action: none; outline-offset: -3px; }
    .box { position: absolute; border: 2px solid var(--tint); outline: 1px solid #000; background: rgb(255 255 255 / 14%); cursor: move; touch-action: none; }
    .box.face { --tint: #ffd60a; }
    .box.plate { --tint: #64d2ff; border-style: dashed; }
    .box.hand { --tint: #ff9f0a; border-style: double; border-width: 4px; }
    .box:focus-visible, .box.chosen { outline: 3px solid #fff; box-shadow: 0 0 0 6px #0b5cad; z-index: 2; border-radius: 0; }
    .name { position: absolute; left: -2px; bottom: 100%; display: inline-flex; gap: 0.3em; align-items: center; padding: 0 0.35em; background: #000; color: #fff; font-size: var(--t-xs); line-height: 1.5; white-space: nowrap; pointer-events: none; }
    .top > .name { bottom: auto; top: 100%; }
    .end > .name { left: auto; right: -2px; }
    .corner { position: absolute; width: 1.5rem; height: 1.5rem; margin: -0.75rem; display: grid; place-items: center; touch-action: none; }
    .corner::after { content: ""; width: 0.75rem; height: 0.75rem; border: 2px solid #000; background: #fff; border-radius: 50%; }
    .corner.nw, .corner.sw { left: 0; }
    .corner.ne, .corner.se { left: 100%; }
    .corner.nw, .corner.ne { top: 0; }
    .corner.sw, .corner.se { top: 100%; }
    .corner.nw, .corner.se { cursor: nwse-resize; }
    .corner.ne, .corner.sw { cursor: nesw-resize; }
    .gone { position: absolute; left: 50%; top: calc(100% + 0.8rem); translate: -50% 0; min-height: 0; width: 2.25rem; height: 2.25rem; padding: 0; border-radius: 50%; background: #000; color: #fff; border-color: #fff; }
    .low > .gone { top: auto; bottom: calc(100% + 1.7rem); }
    .gone:hover { background: #333; }
    .drawing { position: absolute; border: 2px dashed #fff; outline: 2px solid #000; pointer-events: none; }
    @media (pointer: coarse) {
      .corner { width: var(--target); height: var(--target); margin: calc(var(--target) / -2); }
      .gone { width: var(--target); height: var(--target); }
    }
  `];

  /** Gives the focus to an area's box, or to the board itself. */
  focusOn(id: string | null): void {
    void this.updateComplete.then(() => {
      const box = [...this.renderRoot.querySelectorAll<HTMLElement>(".box")].find((one) => one.dataset["area"] === id);
      (box ?? this.overlay).focus();
    });
  }

  private fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const frame = this.overlay.getBoundingClientRect();
    return { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height };
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0 || (event.target as HTMLElement).closest(".gone") !== null) return;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.overlay.setPointerCapture(event.pointerId);
    const { x, y } = this.at(event);
    const box = (event.target as HTMLElement).closest<HTMLElement>(".box");
    const area = this.areas.find((one) => one.id === box?.dataset["area"]);
    if (this.fingers.size > 1) {
      // A second finger: the picture is being pushed, not marked.
      this.drawing = null;
      this.drag = null;
    } else if (area !== undefined && box !== null) {
      const corner = (event.target as HTMLElement).dataset["corner"] as Corner | undefined;
      this.drag = { id: area.id, corner: corner ?? null, x, y, box: placeAt(area, this.second) ?? area, began: false };
      this.fire("choose-area", area.id);
      box.focus({ preventScroll: true });
    } else {
      this.drawing = { x0: x, y0: y, x1: x, y1: y };
      this.fire("choose-area", null);
    }
    event.preventDefault();
  }

  private onMove(event: PointerEvent): void {
    const finger = this.fingers.get(event.pointerId);
    if (finger === undefined) return;
    const { x, y } = this.at(event);
    if (this.fingers.size > 1) {
      this.parentElement?.parentElement?.scrollBy(finger.x - event.clientX, finger.y - event.clientY);
      this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    } else if (this.drag !== null) {
      const { id, corner, box, began } = this.drag;
      const [dx, dy] = [x - this.drag.x, y - this.drag.y];
      if (!began && Math.hypot(dx, dy) < 0.003) return;
      this.drag.began = true;
      this.fire("shape", { id, box: corner === null ? moved(box, dx, dy) : pulled(box, corner, dx, dy), same: began });
    } else if (this.drawing !== null) this.drawing = { ...this.drawing, x1: x, y1: y };
  }

  private onUp(event: PointerEvent): void {
    const alone = this.fingers.size === 1;
    this.fingers.delete(event.pointerId);
    const { drawing } = this;
    this.drag = null;
    this.drawing = null;
    if (!alone || drawing === null || event.type === "pointercancel") return;
    const box = drawn(drawing.x0, drawing.y0, drawing.x1, drawing.y1);
    if (box !== null) this.fire("draw", box);
  }

  private onBoxKey(event: KeyboardEvent, area: Area): void {
    const by = event.altKey ? FINE : STEP;
    const ways: Partial<Record<string, [number, number]>> = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
    const way = ways[event.key];
    if (way !== undefined) {
      const box = placeAt(area, this.second) ?? area;
      this.fire("shape", { id: area.id, box: event.shiftKey ? pulled(box, "se", ...way) : moved(box, ...way), same: false });
    } else if (event.key === "Delete" || event.key === "Backspace") this.fire("remove", area.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private box(area: Area): TemplateResult | typeof nothing {
    const place = placeAt(area, this.second);
    if (place === null) return nothing;
    const chosen = area.id === this.chosen;
    const name = areaName(this.areas, area);
    return html`<div class="box ${area.kind} ${chosen ? "chosen" : ""} ${place.y < 0.06 ? "top" : ""} ${place.x > 0.8 ? "end" : ""} ${place.y + place.h > 0.84 ? "low" : ""}" tabindex="0" role="group" data-area=${area.id} aria-label=${areaLabel(this.areas, { ...area, ...place })}
        ${styled(at(place))}
        @focus=${() => this.fire("choose-area", area.id)} @keydown=${(event: KeyboardEvent) => this.onBoxKey(event, area)}>
      <span class="name" aria-hidden="true">${name}</span>
      ${chosen ? html`${CORNERS.map((corner) => html`<span class="corner ${corner}" data-corner=${corner}></span>`)}
        <button class="gone" tabindex="-1" aria-label=${`${t("privacy.remove")}: ${name}`} @click=${() => this.fire("remove", area.id)}>${icon("trash")}</button>` : nothing}</div>`;
  }

  override render(): TemplateResult {
    const { drawing } = this;
    const [left, top] = drawing === null ? [0, 0] : [Math.min(drawing.x0, drawing.x1), Math.min(drawing.y0, drawing.y1)];
    return html`<div class="overlay" tabindex="-1" role="group" aria-label=${t("privacy.picture")} @pointerdown=${(event: PointerEvent) => this.onDown(event)}
        @pointermove=${(event: PointerEvent) => this.onMove(event)} @pointerup=${(event: PointerEvent) => this.onUp(event)} @pointercancel=${(event: PointerEvent) => this.onUp(event)}>
      ${this.areas.map((area) => this.box(area))}
      ${drawing === null ? nothing : html`<div class="drawing" ${styled(at({ x: left, y: top, w: Math.abs(drawing.x1 - drawing.x0), h: Math.abs(drawing.y1 - drawing.y0) }))}></div>`}</div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-area-board": AreaBoard } }
