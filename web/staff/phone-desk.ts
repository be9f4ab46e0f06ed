import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { currentLanguage, said, t } from "../shared/preferences";
import { asRefused, type Refused } from "../shared/problem";
import "./choose";
import type { Choice } from "./choose";
import { dialogStyles } from "./dialog-styles";
import { leave, staysClosed } from "./keyboard";
import { bodyOf, CHANNELS, emptyDraft, kindName, kindsFor, missing, type Channel, type Draft, type Kind, type Point, type Question } from "./phone-desk-draft";
import { sentView, sameView } from "./phone-desk-parts";
import { phoneDeskStyles } from "./phone-desk-styles";
import "./pin-map";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";

interface Place { name: string; kind: string; area: { name: string } | null; location: Point }
export interface Receipt extends Report { restricted?: boolean; tracking: { code: string; spoken: string; message: boolean } }

const TYPING_MS = 200;
const LIKE_MS = 500;

/** Writes a report down for somebody who calls: opened by N, everything in its order by Tab, sent by Ctrl+Enter. Closed by
 *  mistake it keeps what was typed, until it is sent or thrown away; nothing of it is kept beyond the page. */
@customElement("ht-phone-desk")
export class PhoneDesk extends StaffElement {
  @state() private draft: Draft = emptyDraft();
  @state() private shown = false;
  @state() private typed = "";
  @state() private places: Place[] = [];
  @state() private like: Report[] = [];
  @state() private busy = false;
  @state() private fault: Refused | null = null;
  @state() private sent: Receipt | null = null;
  @state() private tried = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  private looking = 0;
  private comparing = 0;
  private turn = 0;

  static override styles = [controls, dialogStyles, phoneDeskStyles];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.looking);
    clearTimeout(this.comparing);
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  /** Only operators and supervisors take calls. */
  get offered(): boolean {
    return this.desk.me.role === "operator" || this.desk.me.role === "supervisor";
  }

  async open(): Promise<void> {
    // The dialog itself is asked: `shown` lasts until its closing is told, and a key pressed in between is not to be lost.
    if (!this.offered || this.dialog.open) return;
    if (this.sent !== null) this.startAnew();
    this.shown = true;
    await this.updateComplete;
    if (!this.isOpen) this.dialog.showModal();
    this.renderRoot.querySelector<HTMLElement>("[name=phone]")?.focus();
  }

  private startAnew(): void {
    this.turn += 1;
    this.draft = emptyDraft();
    this.typed = "";
    this.places = [];
    this.like = [];
    this.fault = null;
    this.sent = null;
    this.tried = false;
  }

  private set(part: Partial<Draft>): void {
    this.draft = { ...this.draft, ...part };
    if ("point" in part || "category" in part || "description" in part) this.compareSoon();
  }

  private get kinds(): Kind[] {
    return this.desk.catalogues.leaves();
  }

  private get kind(): Kind | undefined {
    return this.kinds.find((one) => one.code === this.draft.category);
  }

  private onPlace(text: string): void {
    this.set({ place: text });
    clearTimeout(this.looking);
    if (text.trim().length < 2) this.places = [];
    else this.looking = window.setTimeout(() => { void this.findPlaces(text); }, TYPING_MS);
  }

  private async findPlaces(text: string): Promise<void> {
    const found = await api<{ places: Place[] }>(`/api/v1/places?limit=8&q=${encodeURIComponent(text)}`).catch(() => ({ places: [] }));
    if (text === this.draft.place) this.places = found.places;
  }

  private pickPlace(at: number): void {
    const place = this.places[at];
    if (place === undefined) return;
    const area = place.area === null || place.name === place.area.name ? "" : `, ${place.area.name}`;
    this.places = [];
    this.set({ place: place.name + area, point: place.location });
  }

  private compareSoon(): void {
    clearTimeout(this.comparing);
    this.comparing = window.setTimeout(() => { void this.compare(); }, LIKE_MS);
  }

  /** Reports of the same place and kind, while the caller still speaks. */
  private async compare(): Promise<void> {
    const { point, category, description } = this.draft;
    if (point === null) return;
    const turn = (this.turn += 1);
    const body = { location: point, description: description.slice(0, 2000), ...(category === "" ? {} : { category }) };
    const found = await api<{ reports: Report[] }>("/api/v1/desk/similar", { method: "POST", body }).catch(() => null);
    if (turn !== this.turn || found === null) return;
    this.like = found.reports;
    if (this.draft.sameAs !== null && !found.reports.some((one) => one.code === this.draft.sameAs)) this.set({ sameAs: null });
  }

  private pickKind(code: string): void {
    const kind = this.kinds.find((one) => one.code === code);
    if (kind === undefined) return;
    this.typed = kindName(kind);
    this.set({ category: code, answers: code === this.draft.category ? this.draft.answers : {} });
  }

  private async send(): Promise<void> {
    if (this.busy) return;
    const { draft } = this;
    this.tried = true;
    this.fault = null;
    const wanting = missing(draft, this.kind);
    if (wanting.length > 0) {
      await this.updateComplete;
      this.focusField(wanting[0] ?? "");
      return;
    }
    this.busy = true;
    try {
      const body = bodyOf(draft, this.kind);
      this.sent = await api<Receipt>("/api/v1/desk/reports", { method: "POST", body, headers: { "Idempotency-Key": draft.key } });
      if (this.sent.restricted !== true) this.desk.take(this.sent);
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(".another")?.focus();
    } catch (error) {
      this.fault = asRefused(error);
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(".fault")?.focus();
    } finally {
      this.busy = false;
    }
  }

  private focusField(name: string): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-field="${name}"]`)?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey) || this.sent !== null) return;
    event.preventDefault();
    void this.send();
  }

  private onClosed(): void {
    this.shown = false;
    if (this.sent !== null) this.startAnew();
  }

  private openReport(code: string): void {
    leave(this.dialog);
    this.dispatchEvent(new CustomEvent("choose", { detail: code, bubbles: true, composed: true }));
  }

  private faultOf(pointer: string): string | null {
    const told = this.fault?.problem.errors?.find((one) => one.pointer === pointer);
    return told === undefined ? null : told.detail;
  }

  private wants(name: string): boolean {
    return this.tried && missing(this.draft, this.kind).includes(name);
  }

  private question(name: string, asked: Question): TemplateResult {
    const title = (currentLanguage() === "en" ? asked.title_en : undefined) ?? asked.title ?? name;
    const required = (this.kind?.questions?.required ?? []).includes(name);
    const value = this.draft.answers[name] ?? "";
    const take = (event: Event): void => this.set({ answers: { ...this.draft.answers, [name]: (event.target as HTMLInputElement).value } });
    const field = asked.enum !== undefined || asked.type === "boolean"
      ? html`<select data-field=${`answers/${name}`} @change=${take}><option value=""></option>${(asked.enum ?? ["true", "false"]).map((one) => html`<option value=${one} ?selected=${one === value}>${asked.enum === undefined ? t(one === "true" ? "yes" : "no") : one}</option>`)}</select>`
      : html`<input data-field=${`answers/${name}`} type=${asked.format === "date" ? "date" : asked.type === "integer" || asked.type === "number" ? "number" : "text"} maxlength=${asked.maxLength ?? 500}
          aria-required=${required} aria-invalid=${this.wants(`answers/${name}`)} .value=${live(value)} @input=${take}>`;
    return html`<label>${title}${required ? html`<span class="hint">${t("caller.required")}</span>` : nothing}${field}</label>`;
  }

  private who(): TemplateResult {
    const { draft } = this;
    const bad = this.faultOf("/caller/phone");
    return html`<div class="row"><label class="grow">${t("caller.phone")}<input name="phone" type="tel" inputmode="tel" autocomplete="off" maxlength="30" ?disabled=${draft.anonymous} aria-invalid=${bad !== null}
          .value=${live(draft.phone)} @input=${(event: Event) => this.set({ phone: (event.target as HTMLInputElement).value })}></label>
        <label class="grow">${t("caller.name")}<input name="name" autocomplete="off" maxlength="200" ?disabled=${draft.anonymous} .value=${live(draft.name)} @input=${(event: Event) => this.set({ name: (event.target as HTMLInputElement).value })}></label>
        <label>${t("caller.channel")}<select name="channel" @change=${(event: Event) => this.set({ channel: (event.target as HTMLSelectElement).value as Channel })}>
          ${CHANNELS.map((one) => html`<option value=${one} ?selected=${one === draft.channel}>${said(`channel.${one}`, one)}</option>`)}</select></label></div>
      ${bad === null ? nothing : html`<p class="wrong">${icon("alarm")}${t("caller.phone.wrong")}</p>`}
      <label class="tick"><input type="checkbox" .checked=${live(draft.anonymous)} @change=${(event: Event) => this.set({ anonymous: (event.target as HTMLInputElement).checked })}><span>${t("caller.anonymous")}</span></label>`;
  }

  private what(): TemplateResult {
    const { draft, kind } = this;
    const places: Choice[] = this.places.map((place, at) => ({ key: String(at), label: place.name, ...(place.area === null ? {} : { detail: place.area.name }) }));
    const kinds: Choice[] = kindsFor(this.kinds, kind !== undefined && this.typed === kindName(kind) ? "" : this.typed).map((one) => ({ key: one.code, label: kindName(one) }));
    return html`<label>${t("caller.words")}<textarea data-field="description" name="description" rows="3" maxlength="10000" aria-invalid=${this.wants("description")} .value=${live(draft.description)}
          @input=${(event: Event) => this.set({ description: (event.target as HTMLTextAreaElement).value })}></textarea></label>
      <ht-choose data-field="place" label=${t("caller.place")} hint=${t("caller.place.hint")} empty=${t("caller.place.none")} .value=${draft.place} .choices=${places} ?wrong=${this.wants("place")}
        @typed=${(event: CustomEvent<string>) => this.onPlace(event.detail)} @pick=${(event: CustomEvent<string>) => this.pickPlace(Number(event.detail))}></ht-choose>
      <ht-pin-map class="inline" .point=${draft.point} @pin=${(event: CustomEvent<Point>) => this.set({ point: event.detail })}></ht-pin-map>
      <ht-choose data-field="category" label=${t("caller.kind")} hint=${t("caller.kind.hint")} empty=${t("caller.kind.none")} .value=${this.typed} .choices=${kinds} ?wrong=${this.wants("category")}
        @typed=${(event: CustomEvent<string>) => { this.typed = event.detail; if (draft.category !== "") this.set({ category: "", answers: {} }); }} @pick=${(event: CustomEvent<string>) => this.pickKind(event.detail)}></ht-choose>
      ${kind?.questions?.properties === undefined ? nothing : html`<div class="row">${Object.entries(kind.questions.properties).map(([name, asked]) => this.question(name, asked))}</div>`}
      <label class="tick"><input type="checkbox" .checked=${live(draft.urgency === "urgent")} @change=${(event: Event) => this.set({ urgency: (event.target as HTMLInputElement).checked ? "urgent" : "normal" })}><span>${icon("urgent")} ${t("urgency.urgent")}</span></label>`;
  }

  private faultView(): TemplateResult | typeof nothing {
    const { fault } = this;
    if (fault === null) {
      const wanting = this.tried ? missing(this.draft, this.kind) : [];
      return wanting.length === 0 ? nothing : html`<p class="note warn" role="alert"><span>${icon("alarm")} ${t("caller.missing")}: ${wanting.map((name) => said(`caller.missing.${name}`, t("caller.missing.answer"))).join(", ")}</span></p>`;
    }
    const words = fault.slug === "key-reused" ? t("caller.fault.sent") : faultText(fault);
    return html`<div class="note bad fault" role="alert" tabindex="-1"><strong>${words}</strong><span>${t("fault.kept")}</span></div>`;
  }

  override render(): TemplateResult {
    const { sent } = this;
    return html`<dialog class="call" aria-labelledby="title" @close=${(event: Event) => { if (staysClosed(event)) this.onClosed(); }} @keydown=${(event: KeyboardEvent) => this.onKey(event)}>
      ${!this.shown ? nothing : sent !== null ? sentView(sent, (code) => this.openReport(code), () => { this.startAnew(); void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("[name=phone]")?.focus()); }, () => leave(this.dialog))
        : html`<form @submit=${(event: Event) => { event.preventDefault(); void this.send(); }}>
        <div class="head"><h2 id="title">${icon("user")}${t("caller.title")}</h2><span class="quiet">${t("caller.kept")}</span>
          <button type="button" class="bare square" tabindex="-1" aria-label=${t("action.cancel")} @click=${() => leave(this.dialog)}>${icon("cross")}</button></div>
        <div class="fields">${this.faultView()}${this.who()}${this.what()}${sameView(this.desk, this.like, this.draft.sameAs, (code) => this.set({ sameAs: code }))}</div>
        <div class="foot"><button type="button" class="bare" @click=${() => { this.startAnew(); leave(this.dialog); }}>${icon("trash")}${t("caller.discard")}</button>
          <button type="button" @click=${() => leave(this.dialog)}>${t("action.cancel")} <kbd>Esc</kbd></button>
          <button class="first" type="submit" ?disabled=${this.busy}>${this.busy ? t("pending") : this.fault !== null ? t("action.again") : t("caller.send")} <kbd>Ctrl ↵</kbd></button></div></form>`}</dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-phone-desk": PhoneDesk } }
