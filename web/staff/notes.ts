import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { icon } from "../shared/icons";
import { uuid } from "../shared/identity";
import type { Person } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { called, callingAt, withCalled, type Calling } from "./mention-words";
import { StaffElement } from "./staff-element";
import { agencyName, faultText } from "./tell";

interface Note { id: number; text: string; mentions: string[]; agency?: string | null; by: Person; at: string }

/** What was begun for a report and not yet sent survives looking at another one. */
const drafts = new Map<string, string>();
const NEWS: ReadonlySet<string> = new Set(["note.added", "note.agency_added", "report.handed_over"]);

/** Notes on a report, the center's or the own agency's: the center reads all, an agency its own, residents none. `@` calls a colleague. */
@customElement("ht-notes")
export class Notes extends StaffElement {
  @property() code = "";
  @state() private notes: Note[] | null = null;
  @state() private fault: string | null = null;
  @state() private draft = "";
  @state() private calling: Calling | null = null;
  @state() private at = 0;
  @state() private busy = false;
  @query("textarea") private box!: HTMLTextAreaElement | null;
  private asked = "";
  private upTo = 0;
  private colleagues: Person[] | null = null;
  /** The key of the note being sent: a second try of the same words is the same note. */
  private key = uuid();

  static override styles = [controls, css`
    h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-2); display: flex; flex-wrap: wrap; align-items: center; gap: 0 var(--s-2); }
    h3 .faint { font-weight: 400; }
    ul { display: grid; gap: var(--s-2); margin-bottom: var(--s-2); }
    li.note { border-inline-start-color: var(--waiting); }
    .who { display: flex; gap: var(--s-2); font-size: var(--t-s); color: var(--ink-2); }
    .said { white-space: pre-wrap; overflow-wrap: anywhere; }
    .write { position: relative; display: grid; gap: var(--s-2); }
    textarea { min-height: 3.5rem; }
    .names { position: absolute; z-index: 3; left: 0; top: 100%; margin-top: 0.15rem; min-width: 16rem; padding: var(--s-1); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--raised); box-shadow: var(--shadow-2); }
    .name { display: flex; gap: var(--s-2); padding: var(--s-1) var(--s-2); border-radius: var(--r-s); cursor: pointer; }
    .name[aria-selected="true"] { background: var(--accent-soft); }
    mark { background: var(--accent-soft); color: var(--accent); border-radius: var(--r-s); font-weight: 600; }
    .send { justify-self: end; }
  `];

  focusBox(): void {
    this.box?.focus();
    this.box?.scrollIntoView({ block: "center" });
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const last = this.desk.lastEvent.get(this.code);
    const news = last !== undefined && NEWS.has(last.event) ? last.seq : 0;
    if (this.asked === this.code && news <= this.upTo) return;
    if (this.asked !== this.code) {
      this.notes = null;
      this.fault = null;
      this.calling = null;
      this.draft = drafts.get(this.code) ?? "";
      this.key = uuid();
    }
    this.asked = this.code;
    this.upTo = Math.max(this.upTo, news);
    void this.load(this.code);
  }

  private async load(code: string): Promise<void> {
    try {
      const answer = await api<{ notes: Note[] }>(`/api/v1/reports/${encodeURIComponent(code)}/notes`);
      if (code === this.code) this.notes = answer.notes;
    } catch (error) {
      if (code === this.code) this.fault = faultText(asRefused(error));
    }
  }

  private write(text: string): void {
    this.draft = text;
    if (text === "") drafts.delete(this.code);
    else drafts.set(this.code, text);
    this.key = uuid();
    this.look();
  }

  private look(): void {
    this.calling = this.box === null ? null : callingAt(this.box.value, this.box.selectionStart);
    this.at = 0;
    if (this.calling !== null) void this.askColleagues();
  }

  private async askColleagues(): Promise<void> {
    if (this.colleagues !== null) return;
    this.colleagues = [];
    try {
      this.colleagues = (await api<{ colleagues: Person[] }>("/api/v1/colleagues")).colleagues.filter((one) => one.username !== this.desk.me.username);
    } catch {
      this.colleagues = null;
    }
    this.requestUpdate();
  }

  private get offered(): Person[] {
    return this.calling === null ? [] : called(this.colleagues ?? [], this.calling.typed);
  }

  private async call(person: Person | undefined): Promise<void> {
    if (person === undefined || this.calling === null || this.box === null) return;
    const { text, cursor } = withCalled(this.draft, this.box.selectionStart, this.calling, person);
    this.write(text);
    this.calling = null;
    await this.updateComplete;
    this.box.focus();
    this.box.setSelectionRange(cursor, cursor);
  }

  private onKey(event: KeyboardEvent): void {
    const { offered } = this;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void this.send();
    else if (offered.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
    else if (offered.length > 0 && (event.key === "Enter" || event.key === "Tab") && !event.isComposing) void this.call(offered[this.at]);
    else if (event.key === "Escape" && offered.length > 0) this.calling = null;
    else if (event.key === "Escape") this.box?.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private async send(): Promise<void> {
    const { code, draft, key } = this;
    if (draft.trim() === "" || this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      const note = await api<Note>(`/api/v1/reports/${encodeURIComponent(code)}/notes`, { method: "POST", body: { text: draft.trim() }, headers: { "Idempotency-Key": key } });
      drafts.delete(code);
      if (code === this.code) {
        this.notes = [...(this.notes ?? []).filter((one) => one.id !== note.id), note];
        this.draft = "";
        this.key = uuid();
      }
    } catch (error) {
      this.fault = `${faultText(asRefused(error))} ${t("fault.kept")}`;
    } finally {
      this.busy = false;
    }
  }

  private words(note: Note): TemplateResult {
    const parts = note.text.split(/(@[\w.-]*\w)/);
    return html`<p class="said">${parts.map((part) => (note.mentions.includes(part.slice(1).toLowerCase()) && part.startsWith("@") ? html`<mark>${part}</mark>` : part))}</p>`;
  }

  override render(): TemplateResult {
    const { offered } = this;
    const { role } = this.desk.me;
    const writes = role === "operator" || role === "supervisor" || role === "agency";
    return html`<section><h3>${icon("copy")}<span>${t(role === "agency" ? "notes.agency" : "note.title")}</span> <span class="faint">${t(role === "agency" ? "notes.agency.hidden" : "note.hidden")}</span></h3>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      ${this.notes !== null && this.notes.length > 0 ? html`<ul>${this.notes.map((note) => html`<li class="note"><span class="who"><strong>${note.by.name}</strong>${note.agency && note.agency !== this.desk.me.agency ? html`<span>${t("notes.from", { agency: agencyName(this.desk, note.agency) })}</span>` : nothing}${moment(note.at)}</span>${this.words(note)}</li>`)}</ul>` : nothing}
      ${writes ? html`<div class="write"><textarea rows="2" aria-label=${t("note.write")} placeholder=${t("note.hint")} maxlength="2000" aria-autocomplete="list" aria-controls="names" aria-activedescendant=${offered[this.at] === undefined ? nothing : `name-${this.at}`}
          .value=${this.draft} @input=${(event: Event) => this.write((event.target as HTMLTextAreaElement).value)} @click=${() => this.look()} @keydown=${(event: KeyboardEvent) => this.onKey(event)}></textarea>
        <div id="names" class=${offered.length > 0 ? "names" : ""} role=${offered.length > 0 ? "listbox" : nothing} aria-label=${offered.length > 0 ? t("note.call") : nothing}>${offered.map((one, at) => html`<div class="name" id="name-${at}" role="option" aria-selected=${at === this.at} @mousedown=${(event: Event) => { event.preventDefault(); void this.call(one); }}><strong>${one.name}</strong><span class="faint">@${one.username}</span></div>`)}</div>
        ${this.draft.trim() === "" ? nothing : html`<button class="send" ?disabled=${this.busy} @click=${() => void this.send()}>${this.busy ? t("pending") : t("note.send")} <kbd>Ctrl ↵</kbd></button>`}</div>` : nothing}</section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-notes": Notes } }
