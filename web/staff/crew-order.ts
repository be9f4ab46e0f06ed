import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import "../shared/due";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { placed, stepped } from "./admin/order";
import { dueOf, isOver, type Stop } from "./crew/stops";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";
import type { Crew } from "./work-model";

/** In which order a crew goes to its stops of today: by dragging, by buttons, by Alt and an arrow. Each move is saved at
 *  once, and the crew's phones show it. */
@customElement("ht-crew-order")
export class CrewOrder extends StaffElement {
  @property({ attribute: false }) crew!: Crew;
  @state() private stops: readonly Stop[] | null = null;
  @state() private fault: string | null = null;
  @state() private carried: string | null = null;
  @state() private said = "";
  /** The order that is still to be sent; moves that come while another is under way are sent as one. */
  private wanted: readonly string[] | null = null;
  private sending = false;
  private stop: (() => void) | null = null;

  static override styles = [controls, css`
    :host { display: grid; gap: var(--s-2); } ol { display: grid; gap: var(--s-1); }
    li { display: grid; grid-template-columns: auto auto minmax(0, 1fr) auto; gap: var(--s-2); align-items: center; padding: var(--s-1) var(--s-1) var(--s-1) var(--s-2); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
    li.carried { opacity: 0.5; border-style: dashed; }
    li.over { background: var(--sunken); grid-template-columns: auto minmax(0, 1fr); }
    .grip { cursor: grab; color: var(--ink-3); display: inline-flex; }
    .words { display: grid; min-width: 0; } .words strong { overflow-wrap: anywhere; font-weight: 500; }
    .words small { color: var(--ink-2); display: flex; flex-wrap: wrap; gap: 0 var(--s-2); align-items: center; }
    .moves { display: flex; }
    .state { min-height: 1.4em; }
  `];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.stop = null;
    this.desk.live.hear("crew_order", () => undefined);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.stop !== null) return;
    this.stop = this.desk.onEvents((event) => { if (event.event === "task.changed") void this.load(); });
    this.desk.live.hear("crew_order", (message) => { if (message["crew"] === this.crew.id) void this.load(); });
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const { stops } = await api<{ stops: Stop[] }>(`/api/v1/crews/${this.crew.id}/stops`);
      // What was moved meanwhile is shown as it was moved.
      if (this.wanted === null && !this.sending) this.stops = stops;
      this.fault = null;
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }

  private get open(): string[] {
    return (this.stops ?? []).filter((stop) => !isOver(stop.state)).map((stop) => stop.id);
  }

  private put(next: readonly string[], moved: string): void {
    if (this.stops === null || next.every((id, place) => id === this.open[place])) return;
    const place = new Map(next.map((id, at) => [id, at]));
    this.stops = [...this.stops].sort((a, b) => (place.get(a.id) ?? next.length) - (place.get(b.id) ?? next.length));
    this.said = t("crews.order.moved", { what: this.stops.find((one) => one.id === moved)?.what ?? "", n: next.indexOf(moved) + 1 });
    this.wanted = next;
    void this.send();
  }

  /** One place up or down, and the key or button that moved it is under the finger again. */
  private async step(id: string, step: -1 | 1): Promise<void> {
    this.put(stepped(this.open, id, step), id);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-move="${id}"] ${step === -1 ? "[data-up]" : "[data-down]"}`)?.focus();
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.wanted !== null) {
        const tasks = this.wanted;
        this.wanted = null;
        const { stops } = await api<{ stops: Stop[] }>(`/api/v1/crews/${this.crew.id}/order`, { method: "PUT", body: { tasks } });
        if (this.hasNothingToSend()) this.stops = stops;
      }
      this.fault = null;
    } catch (error) {
      this.wanted = null;
      this.fault = faultText(asRefused(error));
    }
    this.sending = false;
    if (this.fault !== null) await this.back();
  }

  /** Moved again while the last move was on its way. */
  private hasNothingToSend(): boolean {
    return this.wanted === null;
  }

  /** The order as the city has it, with the reason why a move was not taken still on the screen. */
  private async back(): Promise<void> {
    const { fault } = this;
    await this.load();
    this.fault ??= fault;
  }

  private onKey(event: KeyboardEvent, id: string): void {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!event.altKey || step === 0) return;
    event.preventDefault();
    void this.step(id, step);
  }

  private drop(event: DragEvent, before: string): void {
    event.preventDefault();
    const { carried } = this;
    this.carried = null;
    if (carried === null || carried === before) return;
    const codes = this.open;
    // Dropped on one further down it takes that one's place: behind it.
    const target = codes.indexOf(carried) < codes.indexOf(before) ? (codes[codes.indexOf(before) + 1] ?? null) : before;
    this.put(placed(codes, carried, target), carried);
  }

  private item(stop: Stop, place: number, of: number): TemplateResult {
    const facts = [stop.case.code, stop.case.category_name, stop.case.area?.name ?? ""].filter((one) => one !== "").join(" · ");
    const words = html`<span class="words"><strong>${stop.what}</strong><small><span>${facts}</span>${isOver(stop.state) ? html`<span>${t(`task.${stop.state}`)}</span>` : html`<ht-due compact .due=${dueOf(stop)}></ht-due>`}</small></span>`;
    if (isOver(stop.state)) return html`<li class="over">${icon("check")}${words}</li>`;
    return html`<li data-move=${stop.id} class=${this.carried === stop.id ? "carried" : ""} draggable="true" @keydown=${(event: KeyboardEvent) => this.onKey(event, stop.id)}
        @dragstart=${() => { this.carried = stop.id; }} @dragend=${() => { this.carried = null; }} @dragover=${(event: Event) => { if (this.carried !== null) event.preventDefault(); }} @drop=${(event: DragEvent) => this.drop(event, stop.id)}>
      <span class="grip" aria-hidden="true">${icon("grip")}</span><span class="number">${place + 1}</span>${words}
      <span class="moves"><button class="bare square" data-up aria-disabled=${String(place === 0)} aria-label=${t("crews.order.up", { what: stop.what })} @click=${() => void this.step(stop.id, -1)}>${icon("up")}</button>
        <button class="bare square" data-down aria-disabled=${String(place === of - 1)} aria-label=${t("crews.order.down", { what: stop.what })} @click=${() => void this.step(stop.id, 1)}>${icon("down")}</button></span></li>`;
  }

  override render(): TemplateResult {
    const { stops, fault } = this;
    const of = this.open.length;
    return html`${fault === null ? nothing : html`<p class="note bad" role="alert">${fault} <button class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>`}
      ${stops === null ? (fault === null ? html`<p class="quiet" role="status">${t("queue.loading")}</p>` : nothing)
        : stops.length === 0 ? html`<p class="quiet">${t("crews.order.none")}</p>`
        : html`<p class="quiet">${t("crews.order.hint")}</p><ol>${repeat(stops, (stop) => stop.id, (stop, place) => this.item(stop, place, of))}</ol>`}
      <p class="state quiet" role="status">${this.said}</p>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-crew-order": CrewOrder } }
