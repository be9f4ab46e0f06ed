import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { dialogStyles } from "./dialog-styles";
import "./agency-board";
import "./crew-order";
import { staysClosed } from "./keyboard";
import "./officer-select";
import { StaffElement } from "./staff-element";
import { categoryName, faultText } from "./tell";
import { crewsOf, officersOf, type Crew, type Officer } from "./work-model";

/** What an agency arranges beside single cases: its crews, and the hand-over of many cases at the end of a shift. */
@customElement("ht-agency-dialogs")
export class AgencyDialogs extends StaffElement {
  @state() private shown: "crews" | "hand-over" | "board" | null = null;
  @state() private crews: Crew[] = [];
  @state() private officers: Officer[] = [];
  @state() private fault: string | null = null;
  @state() private draft = { code: "", name: "", phone: "" };
  @state() private ordering: string | null = null;
  @state() private to = "";
  @state() private note = "";
  @state() private left: ReadonlySet<string> = new Set();
  @state() private progress: { done: number; of: number } | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles, css`
    .head { display: flex; align-items: center; gap: var(--s-2); padding: var(--s-3) var(--s-4) var(--s-3) var(--s-5); border-bottom: 1px solid var(--line); } .head h2 { flex: 1; display: flex; align-items: center; gap: var(--s-2); font-size: var(--t-l); }
    .crew { display: grid; gap: var(--s-2); padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); }
    .line { display: flex; gap: var(--s-2); align-items: center; flex-wrap: wrap; } .line strong { flex: 1; } .start { justify-self: start; }
    .people { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-3); } .people label, .cases label { display: flex; align-items: center; gap: var(--s-2); font-weight: 400; min-height: 1.75rem; }
    .row { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: var(--s-2); align-items: end; }
    .cases { display: grid; max-height: 40vh; overflow: auto; }
  `];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async open(what: "crews" | "hand-over" | "board"): Promise<void> {
    this.shown = what;
    this.fault = null;
    this.ordering = null;
    this.left = new Set();
    this.progress = null;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
    if (what === "crews") await this.load();
  }

  private async load(): Promise<void> {
    try {
      [this.crews, this.officers] = await Promise.all([crewsOf(), officersOf()]);
    } catch (error) {
      this.fault = faultText(asRefused(error));
    }
  }

  private async ask(path: string, method: string, body: object): Promise<boolean> {
    this.fault = null;
    try {
      await api(path, { method, body });
    } catch (error) {
      this.fault = faultText(asRefused(error));
      return false;
    }
    await this.load();
    return true;
  }

  private async add(event: Event): Promise<void> {
    event.preventDefault();
    const { code, name, phone } = this.draft;
    if (await this.ask("/api/v1/crews", "POST", { code, name, ...(phone.trim() === "" ? {} : { phone }) })) this.draft = { code: "", name: "", phone: "" };
  }

  private members(crew: Crew, username: string, there: boolean): void {
    const members = crew.members.map((one) => one.username).filter((one) => one !== username);
    void this.ask(`/api/v1/crews/${crew.id}/members`, "PUT", { members: there ? [...members, username] : members });
  }

  private crew(crew: Crew): TemplateResult {
    const there = new Set(crew.members.map((one) => one.username));
    return html`<div class="crew" data-crew=${crew.code}><div class="line"><strong>${crew.name}</strong><span class="code quiet">${crew.code}</span>${crew.phone ? html`<span class="quiet number">${icon("phone")} ${crew.phone}</span>` : nothing}
        <span class="chip">${t("crews.open", { n: crew.open_tasks })}</span><button class="link" @click=${() => void this.ask(`/api/v1/crews/${crew.id}`, "PATCH", { active: !crew.active })}>${t(crew.active ? "crews.rest" : "crews.back")}</button></div>
      ${crew.active && crew.open_tasks > 0 ? html`<button class="start" data-order=${crew.code} aria-expanded=${String(this.ordering === crew.id)} @click=${() => { this.ordering = this.ordering === crew.id ? null : crew.id; }}>${icon("list")}${t("crews.order")}</button>
        ${this.ordering === crew.id ? html`<ht-crew-order .desk=${this.desk} .crew=${crew}></ht-crew-order>` : nothing}` : nothing}
      ${crew.active ? html`<div class="people" role="group" aria-label=${t("crews.members")}>${this.officers.map((one) => html`<label><input type="checkbox" .checked=${there.has(one.username)} @change=${(event: Event) => this.members(crew, one.username, (event.target as HTMLInputElement).checked)}>${one.name}</label>`)}</div>` : nothing}</div>`;
  }

  private crewsView(): TemplateResult {
    const { draft } = this;
    const field = (name: keyof typeof draft) => (event: Event): void => { this.draft = { ...draft, [name]: (event.target as HTMLInputElement).value }; };
    return html`<p class="quiet">${t("crews.hint")}</p>${this.crews.map((crew) => this.crew(crew))}
      <form class="row" @submit=${(event: Event) => void this.add(event)}>
        <label>${t("crews.code")}<input required pattern="[a-z0-9](?:[a-z0-9\\-]{0,30}[a-z0-9])?" .value=${draft.code} @input=${field("code")}></label>
        <label>${t("crews.name")}<input required maxlength="80" .value=${draft.name} @input=${field("name")}></label>
        <label>${t("crews.phone")}<input type="tel" .value=${draft.phone} @input=${field("phone")}></label>
        <button class="first">${icon("plus")}${t("crews.add")}</button></form>`;
  }

  private get mine(): Report[] {
    return [...this.desk.collection.reports.values()].filter((report) => report.lead === this.desk.me.agency && report.officer?.username === this.desk.me.username);
  }

  private async handOver(cases: readonly Report[]): Promise<void> {
    this.fault = null;
    this.progress = { done: 0, of: cases.length };
    const failed: string[] = [];
    for (const report of cases) {
      try {
        await this.desk.perform("hand_over", report, { note: this.note.trim(), ...(this.to === "" ? {} : { to: this.to }) });
      } catch (error) {
        failed.push(`${report.code}: ${faultText(asRefused(error))}`);
      }
      this.progress = { done: this.progress.done + 1, of: cases.length };
    }
    if (failed.length > 0) { this.fault = failed.join("\n"); return; }
    this.desk.toast(t("hand_over.done", { n: cases.length }), "done");
    this.note = "";
    this.dialog.close();
  }

  private handOverView(): TemplateResult {
    const mine = this.mine;
    const chosen = mine.filter((report) => !this.left.has(report.code));
    const tick = (code: string, on: boolean): void => { const left = new Set(this.left); if (on) left.delete(code); else left.add(code); this.left = left; };
    if (mine.length === 0) return html`<p class="note">${t("hand_over.none")}</p>`;
    return html`<p class="note info">${t("hand_over.hint")}</p>
      <div class="cases" role="group" aria-label=${t("hand_over.cases")}>${mine.map((report) => html`<label><input type="checkbox" .checked=${!this.left.has(report.code)} @change=${(event: Event) => tick(report.code, (event.target as HTMLInputElement).checked)}>${categoryName(this.desk, report)} <span class="code quiet">${report.code}</span></label>`)}</div>
      <ht-officer-select .me=${this.desk.me.username} .chosen=${this.to} @pick=${(event: CustomEvent<string>) => { this.to = event.detail; }}></ht-officer-select>
      <label>${t("hand_over.note")}<textarea rows="3" .value=${this.note} @input=${(event: Event) => { this.note = (event.target as HTMLTextAreaElement).value; }}></textarea></label>
      <button class="first" data-hand-over ?disabled=${this.note.trim() === "" || chosen.length === 0 || (this.progress !== null && this.progress.done < this.progress.of)} @click=${() => void this.handOver(chosen)}>${icon("hand")}${t("hand_over.send", { n: chosen.length })}</button>
      ${this.progress === null ? nothing : html`<p role="status" class="number">${this.progress.done}/${this.progress.of}</p>`}`;
  }

  override render(): TemplateResult {
    const title = this.shown === "crews" ? t("crews.title") : this.shown === "board" ? t("board.title") : t("hand_over.title");
    return html`<dialog aria-labelledby="title" @close=${(event: Event) => { if (staysClosed(event)) this.shown = null; }} @keydown=${(event: KeyboardEvent) => event.stopPropagation()}>
      <div class="head"><h2 id="title">${icon(this.shown === "crews" ? "users" : this.shown === "board" ? "chart" : "hand")}${title}</h2><button class="bare square" aria-label=${t("action.cancel")} @click=${() => this.dialog.close()}>${icon("cross")}</button></div>
      <div class="fields">${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}${this.shown === "crews" ? this.crewsView() : this.shown === "hand-over" ? this.handOverView() : this.shown === "board" ? html`<ht-agency-board></ht-agency-board>` : nothing}</div></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-agency-dialogs": AgencyDialogs } }
