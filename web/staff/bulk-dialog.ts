import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { serverNow } from "../shared/server-time";
import { ACTIONS } from "./actions";
import { allowed, holderOf } from "./allowed";
import { BULK, BULK_UNDO, plan, type BulkCommand, type Step } from "./bulk";
import { dialogStyles } from "./dialog-styles";
import { rejectForm, type RejectDraft } from "./forms/reject";
import { keepKeys, leave, staysClosed } from "./keyboard";
import { StaffElement } from "./staff-element";
import { agencyName, categoryName, faultText, stateChip } from "./tell";
import { filled } from "./template-picker";

type Outcome = { kind: "waiting" } | { kind: "going" } | { kind: "done"; after: Report } | { kind: "undone" } | { kind: "failed"; why: string };

/** One command for the picked reports: first what will happen to each and which cannot, then one by one with what came of
 *  it. Nothing happens before the preview is confirmed; it can be stopped between two. Fires `finished`. */
@customElement("ht-bulk")
export class BulkDialog extends StaffElement {
  @state() private codes: readonly string[] = [];
  @state() private command: BulkCommand = "verify";
  @state() private into = "";
  @state() private draft: RejectDraft | null = null;
  @state() private outcomes = new Map<string, Outcome>();
  @state() private running = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  private stopped = false;

  static override styles = [controls, dialogStyles, css`
    .commands { display: flex; flex-wrap: wrap; gap: var(--s-2); }
    .rows { display: grid; gap: 1px; max-height: 22rem; overflow-y: auto; border: 1px solid var(--line); border-radius: var(--r-m); }
    .rows li { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr) auto; gap: var(--s-2); align-items: center; padding: var(--s-1) var(--s-3); min-height: 2.25rem; border-bottom: 1px solid var(--line); }
    .rows li:last-child { border: 0; }
    .rows .what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .rows .cannot { color: var(--ink-2); }
    .rows .went { display: inline-flex; gap: var(--s-1); align-items: center; font-size: var(--t-s); text-align: end; }
    .bad { color: var(--late); }
    .well { color: var(--done); }
    @media (max-width: 700px) { .rows li { grid-template-columns: 5.5rem minmax(0, 1fr); } .rows .went { grid-column: 2; } }
  `];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  async show(codes: readonly string[]): Promise<void> {
    this.codes = codes;
    this.outcomes = new Map();
    this.running = false;
    this.draft = rejectForm.start(this.desk, this.reports[0] as Report);
    this.into = this.reports[0]?.code ?? "";
    this.command = BULK.find((command) => this.steps(command).some((step) => step.hurdle === null)) ?? "verify";
    await this.updateComplete;
    this.dialog.showModal();
  }

  private get reports(): Report[] {
    return this.codes.map((code) => this.desk.report(code)).filter((report): report is Report => report !== undefined);
  }

  private steps(command: BulkCommand): Step[] {
    const { desk } = this;
    const now = serverNow();
    return plan(command, this.reports, {
      open: (report) => allowed(desk.catalogues.lifecycle, report, desk.me, desk.catalogues.categories.get(report.category)?.lane ?? null, now),
      held: (report) => { const holder = holderOf(report, now); return holder !== null && holder.username !== desk.me.username; },
      into: this.into.trim().toUpperCase(),
    });
  }

  private args(report: Report | undefined = this.reports[0]): Record<string, unknown> | null {
    if (this.command === "merge") return this.into.trim() === "" ? null : { into: this.into.trim().toUpperCase() };
    if (this.command === "reject") return this.draft === null || report === undefined || this.draft.answer.trim() === "" ? null : { reason: this.draft.reason, public_answer: filled(this.desk, report, this.draft.answer.trim()) };
    return {};
  }

  private set(code: string, outcome: Outcome): void {
    this.outcomes = new Map(this.outcomes).set(code, outcome);
  }

  /** One after the other, so that the first refusal is seen before the last is done. */
  private async run(): Promise<void> {
    const todo = this.steps(this.command).filter((step) => step.hurdle === null).map((step) => step.report);
    if (this.args() === null || this.running || todo.length === 0) return;
    this.running = true;
    this.stopped = false;
    this.outcomes = new Map(todo.map((report) => [report.code, { kind: "waiting" }]));
    for (const report of todo) {
      if (this.wantsStop()) break;
      this.set(report.code, { kind: "going" });
      try {
        this.set(report.code, { kind: "done", after: await this.desk.perform(this.command, report, this.args(report) ?? {}) });
      } catch (error) {
        this.set(report.code, { kind: "failed", why: faultText(asRefused(error)) });
      }
    }
    this.running = false;
    const done = this.count("done");
    this.desk.announcement = t("bulk.result", { done, failed: this.count("failed") });
    this.dispatchEvent(new CustomEvent("finished"));
    this.desk.tell();
  }

  private async undo(): Promise<void> {
    const back = BULK_UNDO[this.command];
    if (back === undefined || this.running) return;
    this.running = true;
    for (const [code, outcome] of this.outcomes) {
      const now = this.desk.truth(code);
      if (outcome.kind !== "done" || now === undefined) continue;
      try {
        await this.desk.perform(back, now, back === "recall" ? { reason: t("undo.reason") } : {});
        this.set(code, { kind: "undone" });
      } catch (error) {
        this.set(code, { kind: "failed", why: faultText(asRefused(error)) });
      }
    }
    this.running = false;
  }

  private wantsStop(): boolean {
    return this.stopped;
  }

  private count(kind: Outcome["kind"]): number {
    return [...this.outcomes.values()].filter((one) => one.kind === kind).length;
  }

  private onClosed(): void {
    this.stopped = true;
    this.codes = [];
    this.outcomes = new Map();
  }

  private went(outcome: Outcome | undefined): TemplateResult | typeof nothing {
    switch (outcome?.kind) {
      case "waiting": return html`<span class="went faint">${icon("clock")}${t("bulk.waiting")}</span>`;
      case "going": return html`<span class="went">${t("pending")}</span>`;
      case "done": return html`<span class="went well">${icon("check")}${t("bulk.done")}</span>`;
      case "undone": return html`<span class="went">${icon("undo")}${t("bulk.undone")}</span>`;
      case "failed": return html`<span class="went bad">${icon("alarm")}${outcome.why}</span>`;
      case undefined: return nothing;
    }
  }

  private row(step: Step): TemplateResult {
    const { report, hurdle } = step;
    const outcome = this.outcomes.get(report.code);
    const will = this.desk.foresee(this.command, report, this.args(report) ?? {});
    const what = this.command === "dispatch" ? html`→ ${agencyName(this.desk, will.lead)}` : this.command === "merge" ? html`→ <span class="code">${will.merged_into ?? ""}</span>` : html`→ ${t(`state.${will.state}`)}`;
    return html`<li data-code=${report.code}><span class="code">${report.code}</span>
      <span class="what ${hurdle !== null && outcome === undefined ? "cannot" : ""}">${categoryName(this.desk, report)} ${outcome !== undefined ? nothing : hurdle === null ? what : html`· ${t(`bulk.hurdle.${hurdle}`)}`}</span>
      ${outcome === undefined ? (hurdle === null ? stateChip(report) : html`<span class="went faint">${icon("cross")}${t("bulk.cannot")}</span>`) : this.went(outcome)}</li>`;
  }

  private choices(): TemplateResult {
    const { desk } = this;
    const first = this.reports[0];
    return html`<div class="commands" role="group" aria-label=${t("bulk.command")}>${BULK.map((command) => html`<button type="button" data-bulk=${command} aria-pressed=${command === this.command} @click=${() => { this.command = command; }}>${icon(ACTIONS[command].icon)}${t(`command.${command}`)}</button>`)}</div>
      ${this.command === "reject" && this.draft !== null && first !== undefined ? rejectForm.view({ desk, report: first, draft: this.draft, set: (part) => { this.draft = { ...this.draft, ...part } as RejectDraft; }, send: () => undefined, many: true }) : nothing}
      ${this.command === "merge" ? html`<label>${t("merge.code")}<input class="code" autocomplete="off" spellcheck="false" .value=${this.into} @input=${(event: Event) => { this.into = (event.target as HTMLInputElement).value; }}></label><p class="quiet">${t("merge.hint")}</p>` : nothing}`;
  }

  override render(): TemplateResult {
    if (this.codes.length === 0) return html`<dialog></dialog>`;
    const steps = this.steps(this.command);
    const can = steps.filter((step) => step.hurdle === null).length;
    const over = this.outcomes.size > 0 && !this.running;
    const shown = this.outcomes.size > 0 ? this.reports.filter((one) => this.outcomes.has(one.code)).map((report) => ({ report, hurdle: null })) : steps;
    const undoable = over && BULK_UNDO[this.command] !== undefined && this.count("done") > 0;
    return html`<dialog class="merge" aria-labelledby="title" @close=${(event: Event) => { if (staysClosed(event)) this.onClosed(); }} @keydown=${keepKeys}><form @submit=${(event: Event) => { event.preventDefault(); void this.run(); }}>
      <div class="head"><h2 id="title">${icon("list")}${t("bulk.title", { n: this.codes.length })}</h2><span></span><button type="button" class="bare square" aria-label=${t("action.close_view")} @click=${() => leave(this.dialog)}>${icon("cross")}</button></div>
      <div class="fields">${this.outcomes.size === 0 ? this.choices() : nothing}
        <p role="status">${this.outcomes.size === 0 ? t("bulk.preview", { can, cannot: steps.length - can }) : t("bulk.result", { done: this.count("done") + this.count("undone"), failed: this.count("failed") })}</p>
        ${this.outcomes.size === 0 ? nothing : html`<progress max=${this.outcomes.size} .value=${this.outcomes.size - this.count("waiting") - this.count("going")} aria-label=${t("bulk.progress")}></progress>`}
        <ul class="rows" tabindex="0" aria-label=${t("bulk.list")}>${shown.map((step) => this.row(step))}</ul></div>
      <div class="foot">${this.running ? html`<button type="button" @click=${() => { this.stopped = true; }}>${t("bulk.stop")}</button>`
        : html`<button type="button" @click=${() => leave(this.dialog)}>${over ? t("action.close_view") : t("action.cancel")} <kbd>Esc</kbd></button>`}
        ${undoable ? html`<button type="button" data-undo @click=${() => void this.undo()}>${icon("undo")}${t("bulk.undo", { n: this.count("done") })}</button>` : nothing}
        ${over || this.running ? nothing : html`<button class="first" ?disabled=${can === 0 || this.args() === null}>${t("bulk.run", { n: can })} <kbd>↵</kbd></button>`}</div>
    </form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-bulk": BulkDialog } }
