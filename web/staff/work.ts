import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import "../shared/due";
import { moment } from "../shared/due";
import { icon, type IconName } from "../shared/icons";
import { uuid } from "../shared/identity";
import type { Media, Report } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { fromInput } from "../shared/times";
import "./part-form";
import { StaffElement } from "./staff-element";
import { agencyName, faultText } from "./tell";
import { choiceOf, crewsOf, givenTo, keyed, officersOf, workOf, type Crew, type Officer, type Part, type Task, type TaskState, type Work } from "./work-model";

const NEWS: ReadonlySet<string> = new Set(["task.changed", "part.changed", "report.handed_over", "report.dispatched", "media.ready", "media.arrived"]);
const AT_WORK: ReadonlySet<string> = new Set(["dispatched", "in_progress", "awaiting_resident", "resolved"]);
const MARKS: Record<TaskState, [IconName, string]> = {
  open: ["clock", "waiting"], under_way: ["in_progress", "in_progress"], done: ["check", "done"], unable: ["alarm", "late"], cancelled: ["cross", ""],
};

/** The work inside the agency on one case: its tasks with who does them, the parts of supporting agencies, the sheet to
 *  print. The center reads it. */
@customElement("ht-work")
export class WorkPane extends StaffElement {
  @property({ attribute: false }) report!: Report;
  @state() private work: Work | null = null;
  @state() private crews: Crew[] = [];
  @state() private officers: Officer[] = [];
  @state() private fault: string | null = null;
  @state() private adding = false;
  @state() private asking: string | null = null;
  @state() private draft = { what: "", note: "", who: "", due: "" };
  private asked = "";
  private key = uuid();

  static override styles = [controls, css`
    section + section { margin-top: var(--s-4); }
    h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-2); display: flex; align-items: center; gap: var(--s-2); flex-wrap: wrap; }
    h3 .gap { flex: 1; }
    ul { display: grid; gap: var(--s-2); }
    .task { display: grid; gap: var(--s-1); padding: var(--s-2) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
    .line { display: flex; gap: var(--s-2); align-items: center; flex-wrap: wrap; font-size: var(--t-s); color: var(--ink-2); }
    .line strong { flex: 1; min-width: 10rem; font-size: var(--t-m); color: var(--ink); overflow-wrap: anywhere; }
    .line select { width: auto; max-width: 14rem; }
    .shots { display: flex; gap: var(--s-1); flex-wrap: wrap; } .shots img { width: 5.5rem; height: 4rem; object-fit: cover; border-radius: var(--r-s); }
    .said { white-space: pre-wrap; overflow-wrap: anywhere; }
    form { display: grid; gap: var(--s-2); padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); margin-top: var(--s-2); }
    .row { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: var(--s-2); }
    .end { display: flex; gap: var(--s-2); justify-content: flex-end; }
  `];

  private get mine(): boolean {
    const { agency, role } = this.desk.me;
    return role === "agency" && agency !== null && (this.report.lead === agency || this.report.supporting?.includes(agency) === true) && AT_WORK.has(this.report.state);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const last = this.desk.lastEvent.get(this.report.code);
    const key = `${this.report.code} ${last !== undefined && NEWS.has(last.event) ? last.seq : ""}`;
    if (key.split(" ")[0] !== this.asked.split(" ")[0]) { this.work = null; this.adding = false; this.asking = null; }
    if (key === this.asked || (key.endsWith(" ") && key.trim() === this.asked.split(" ")[0])) return;
    this.asked = key;
    void this.load();
  }

  private async load(): Promise<void> {
    const { code } = this.report;
    try {
      const work = await workOf(code);
      if (code === this.report.code) this.work = work;
      if (this.mine && this.officers.length === 0) [this.crews, this.officers] = await Promise.all([crewsOf(), officersOf()]);
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }

  private async ask(path: string, method: string, body: object, headers: Record<string, string> = {}): Promise<boolean> {
    this.fault = null;
    try {
      await api(path, { method, body, headers });
      await this.load();
      return true;
    } catch (error) {
      this.fault = faultText(asRefused(error));
      return false;
    }
  }

  private async add(event: Event): Promise<void> {
    event.preventDefault();
    const { what, note, who, due } = this.draft;
    if (what.trim() === "") return;
    const body = { what: what.trim(), ...(note.trim() === "" ? {} : { note: note.trim() }), ...givenTo(who), ...(due === "" ? {} : { due_at: fromInput(due) }) };
    if (!(await this.ask(`/api/v1/reports/${this.report.code}/tasks`, "POST", body, keyed(this.key)))) return;
    this.key = uuid();
    this.draft = { what: "", note: "", who: "", due: "" };
    this.adding = false;
  }

  private async cancel(task: Task): Promise<void> {
    const words = window.prompt(t("task.cancel.why"))?.trim() ?? "";
    if (words !== "") await this.ask(`/api/v1/tasks/${task.id}/result`, "POST", { state: "cancelled", words }, keyed());
  }

  private choices(chosen: string): TemplateResult {
    return html`<option value="" ?selected=${chosen === ""}>${t("task.nobody")}</option>
      <optgroup label=${t("crews.title")}>${this.crews.filter((crew) => crew.active).map((crew) => html`<option value=${`crew:${crew.id}`} ?selected=${chosen === `crew:${crew.id}`}>${crew.name} (${crew.open_tasks})</option>`)}</optgroup>
      <optgroup label=${t("task.officers")}>${this.officers.map((one) => html`<option value=${`person:${one.username}`} ?selected=${chosen === `person:${one.username}`}>${one.name}</option>`)}</optgroup>`;
  }

  private shots(media: readonly Media[]): TemplateResult | typeof nothing {
    return media.length === 0 ? nothing : html`<div class="shots">${media.map((one) => one.small ?? one.large
      ? html`<a href=${one.large ?? one.small ?? ""} target="_blank" rel="noopener"><img src=${one.small ?? one.large ?? ""} alt=${t("photo.after")} loading="lazy"></a>`
      : html`<span class="chip">${icon("image")}<span>${t("photo.processing")}</span></span>`)}</div>`;
  }

  private task(task: Task): TemplateResult {
    const [mark, tone] = MARKS[task.state];
    const own = this.mine && task.agency === this.desk.me.agency;
    const over = task.state === "done" || task.state === "cancelled";
    const who = task.crew?.name ?? task.person?.name ?? t("task.nobody");
    return html`<li class="task" data-task=${task.id}><div class="line"><strong>${task.what}</strong><span class="chip ${tone}">${icon(mark)}<span>${t(`task.${task.state}`)}</span></span></div>
      ${task.note === null ? nothing : html`<p class="said quiet">${task.note}</p>`}
      <div class="line">${own && !over ? html`<label class="visually-hidden" for=${`who-${task.id}`}>${t("task.who")}</label><select id=${`who-${task.id}`} @change=${(event: Event) => void this.ask(`/api/v1/tasks/${task.id}`, "PATCH", { ...givenTo((event.target as HTMLSelectElement).value), version: task.version })}>${this.choices(choiceOf(task))}</select>
          <button class="link" @click=${() => void this.cancel(task)}>${t("task.cancel")}</button>` : html`<span>${icon("users")} ${who}</span>`}
        ${task.due_at === null || over ? nothing : html`<ht-due .due=${task.due_at}></ht-due>`}
        ${task.agency === this.desk.me.agency ? nothing : html`<span>${icon("building")} ${agencyName(this.desk, task.agency)}</span>`}</div>
      ${task.result === null ? nothing : html`<p class="said">${task.result.words ?? t("task.begun")}</p><p class="faint">${task.result.by} · ${moment(task.result.at)}</p>`}${this.shots(task.media)}</li>`;
  }

  private form(): TemplateResult {
    const { draft } = this;
    const set = (part: Partial<typeof draft>): void => { this.draft = { ...draft, ...part }; };
    return html`<form @submit=${(event: Event) => void this.add(event)}>
      <label>${t("task.what")}<input required maxlength="500" data-what .value=${draft.what} @input=${(event: Event) => set({ what: (event.target as HTMLInputElement).value })}></label>
      <div class="row"><label>${t("task.who")}<select data-who @change=${(event: Event) => set({ who: (event.target as HTMLSelectElement).value })}>${this.choices(draft.who)}</select></label>
        <label>${t("task.due")} <input type="datetime-local" .value=${draft.due} @input=${(event: Event) => set({ due: (event.target as HTMLInputElement).value })}></label></div>
      <label>${t("task.note")}<textarea rows="2" .value=${draft.note} @input=${(event: Event) => set({ note: (event.target as HTMLTextAreaElement).value })}></textarea></label>
      <div class="end"><button type="button" @click=${() => { this.adding = false; }}>${t("action.cancel")}</button><button class="first" data-add>${t("task.add")}</button></div></form>`;
  }

  private partView(code: string, part: Part | undefined): TemplateResult {
    const lead = this.mine && this.report.lead === this.desk.me.agency;
    const own = this.mine && code === this.desk.me.agency;
    const state = part === undefined ? html`<span class="chip">${t("part.none")}</span>`
      : html`<span class="chip ${part.state === "done" ? "done" : "waiting"}">${icon(part.state === "done" ? "check" : "clock")}<span>${t(`part.${part.state}`)}</span></span>`;
    return html`<li class="task" data-part=${code}><div class="line"><strong>${agencyName(this.desk, code)}</strong>${state}
        ${lead && part?.state !== "done" ? html`<button class="link" @click=${() => { this.asking = this.asking === code ? null : code; }}>${t(part === undefined ? "part.ask" : "part.ask.again")}</button>` : nothing}
        ${own && part?.state !== "done" ? html`<button class="link" data-finish @click=${() => { this.asking = this.asking === code ? null : code; }}>${t("part.finish")}</button>` : nothing}</div>
      ${part === undefined || part.what === "" ? nothing : html`<p class="said quiet">${part.what}</p>`}
      ${part?.result ? html`<p class="said">${part.result.words ?? ""}</p><p class="faint">${part.result.by} · ${moment(part.result.at)}</p>` : nothing}${this.shots(part?.media ?? [])}
      ${this.asking === code ? html`<ht-part-form .code=${this.report.code} .agency=${code} .finishing=${own} @done=${() => { this.asking = null; void this.load(); }} @leave=${() => { this.asking = null; }}></ht-part-form>` : nothing}</li>`;
  }

  private parts(work: Work): TemplateResult | typeof nothing {
    const known = new Map(work.parts.map((part) => [part.agency, part]));
    const me = this.desk.me.agency;
    const agencies = (this.report.supporting ?? []).filter((code) => this.desk.me.role !== "agency" || this.report.lead === me || code === me);
    return agencies.length === 0 ? nothing : html`<section><h3>${icon("users")}${t("part.title")}</h3><ul>${agencies.map((code) => this.partView(code, known.get(code)))}</ul></section>`;
  }

  override render(): TemplateResult | typeof nothing {
    const { work, report } = this;
    if (work === null || report.state === "received" || report.state === "verified") return nothing;
    if (!this.mine && work.tasks.length === 0 && work.parts.length === 0) return nothing;
    return html`${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      <section><h3>${icon("list")}${t("task.title")}<span class="faint number">${work.tasks.length}</span><span class="gap"></span>
        <a class="button bare" href=${`/api/v1/reports/${report.code}/work-order.pdf`} target="_blank" rel="noopener">${icon("document")}${t("task.print")}</a>
        ${this.mine && !this.adding ? html`<button data-new-task @click=${() => { this.adding = true; }}>${icon("plus")}${t("task.new")}</button>` : nothing}</h3>
        <ul>${work.tasks.map((task) => this.task(task))}</ul>${this.adding ? this.form() : nothing}</section>
      ${this.parts(work)}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-work": WorkPane } }
