import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import type { LiveEvent, Report } from "../shared/model";
import { t } from "../shared/preferences";
import "./alarm-bar";
import { ACTIONS, commandFor, type Command } from "./actions";
import { holderOf } from "./allowed";
import type { CasePane } from "./case-pane";
import "./case-pane";
import type { CommandDialog, Done } from "./command-dialog";
import "./command-dialog";
import { Desk } from "./desk";
import type { Help } from "./help";
import "./help";
import { iocStyles } from "./ioc-styles";
import { forDesk } from "./keyboard";
import "./map-pane";
import { CENTER_TABS, neighbour, NO_FILTERS, type Filters, type Tab } from "./queue";
import type { QueuePane } from "./queue-pane";
import "./phone-desk";
import "./queue-pane";
import { signedIn, toLogin } from "./session";
import { StaffElement } from "./staff-element";
import { categoryName, eventText, faultText } from "./tell";
import "./toasts";
import "./topbar";
import { everySecond } from "../shared/ticker";
import { serverNow } from "../shared/server-time";

const UNDO: Partial<Record<Command, "unverify" | "recall" | "unmerge">> = { verify: "unverify", dispatch: "recall", merge: "unmerge" };
const SEEN_KEPT = 2000;

/** The triage desk: queue, case and map, all live, all by keyboard. */
@customElement("ht-ioc")
export class TriageDesk extends StaffElement {
  @property() pane: "queue" | "case" | "map" = "queue";
  @state() private tab: Tab = "waiting";
  @state() private filters: Filters = NO_FILTERS;
  @state() private minute = serverNow();
  @query("ht-queue") private queue!: QueuePane;
  @query("ht-case") private caseView!: CasePane;
  @query("ht-command") private dialog!: CommandDialog;
  @query("ht-help") private help!: Help;
  private list: string[] = [];
  private place = 0;
  private seen = new Map<string, number>();
  private readonly stops: (() => void)[] = [];

  static override styles = [controls, iocStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = new Map(JSON.parse(localStorage.getItem("hientruong-seen") ?? "[]") as [string, number][]);
    window.addEventListener("keydown", this.onKey);
    window.addEventListener("popstate", this.onAddress);
    this.stops.push(everySecond((now) => { if (now - this.minute >= 30_000) this.minute = now; }), this.desk.onEvents((event, before) => this.onEvent(event, before)));
    this.onAddress();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.onKey);
    window.removeEventListener("popstate", this.onAddress);
    for (const stop of this.stops.splice(0)) stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.desk.connection === "refused") toLogin();
  }

  private readonly onAddress = (): void => {
    const query = new URLSearchParams(location.search);
    const tab = CENTER_TABS.find((one) => one === query.get("tab"));
    if (tab !== undefined) this.tab = tab;
    this.select(query.get("report"), false);
  };

  private select(code: string | null, remember = true): void {
    if (code !== null) {
      this.seen.set(code, this.desk.report(code)?.version ?? 1);
      this.place = Math.max(0, this.list.indexOf(code));
      if (this.pane === "queue") this.pane = "case";
    }
    this.desk.choose(code);
    if (remember) this.rememberAddress();
    localStorage.setItem("hientruong-seen", JSON.stringify([...this.seen].slice(-SEEN_KEPT)));
  }

  private rememberAddress(): void {
    const query = new URLSearchParams({ tab: this.tab, ...(this.desk.chosen === null ? {} : { report: this.desk.chosen }) });
    history.replaceState(null, "", `?${query.toString()}`);
  }

  private pickTab(tab: Tab): void {
    this.tab = tab;
    this.rememberAddress();
  }

  private move(step: 1 | -1): void {
    const reports = this.list.map((code) => this.desk.report(code)).filter((report): report is Report => report !== undefined);
    const next = neighbour(reports, this.desk.chosen, this.place, step);
    if (next !== undefined) this.select(next.code);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!forDesk(event) || this.dialog.isOpen) return;
    const key = event.key.toUpperCase();
    const tab = CENTER_TABS[Number(event.key) - 1];
    const report = this.desk.report(this.desk.chosen);
    const command = report === undefined || event.key.length > 1 ? undefined : commandFor(event.key, this.caseView.open(report));
    if (key === "J" || event.key === "ArrowDown") this.move(1);
    else if (key === "K" || event.key === "ArrowUp") this.move(-1);
    else if (event.key === "/") this.queue.focusSearch();
    else if (event.key === "?") this.help.show();
    else if (key === "Z") this.undoLast();
    else if (event.key === "Escape") { this.select(null); this.pane = "queue"; }
    else if (tab !== undefined) this.pickTab(tab);
    else if (command !== undefined && report !== undefined) void this.give(command);
    else return;
    event.preventDefault();
  };

  private async give(command: Command): Promise<void> {
    const report = this.desk.report(this.desk.chosen);
    if (report === undefined || this.desk.pending.has(report.code)) return;
    if (ACTIONS[command].form) {
      await this.dialog.ask(command, report);
      return;
    }
    const args = command === "verify" ? this.caseView.corrections : {};
    const withVersion = command !== "claim" && command !== "release";
    if (await this.desk.attempt(command, report, args, faultText, withVersion)) {
      const after = this.desk.report(report.code);
      if (after !== undefined) this.done({ command, before: report, after });
    }
  }

  /** Says what was done; offers to take it back where the table has a way back that hides nothing. */
  private done({ command, before }: Done): void {
    const back = UNDO[command];
    const undo = back === undefined ? null : (): void => {
      const now = this.desk.report(before.code);
      const reason = back === "recall" ? { reason: t("undo.reason") } : {};
      if (now !== undefined) void this.desk.attempt(back, now, reason, faultText).then((done) => { if (done) this.done({ command: back, before: now, after: now }); });
    };
    if (command !== "claim" && command !== "release") this.desk.toast(t(`done.${command}`, { code: before.code }), "done", undo);
  }

  private undoLast(): void {
    const last = this.desk.toasts.findLast((toast) => toast.undo !== null);
    if (last === undefined) return;
    this.desk.dismiss(last.id);
    last.undo?.();
  }

  /** What others do is told quietly: to screen readers always, on the screen only when it takes our case away. */
  private onEvent(event: LiveEvent, before: Report | undefined): void {
    const { report, by } = event;
    if (report === null || by?.username === this.desk.me.username) return;
    if (["report.received", "report.returned", "report.resolved", "report.escalated", "report.overdue"].includes(event.event)) {
      this.desk.announcement = t("announce", { event: eventText(event), category: categoryName(this.desk, report), area: report.area?.name ?? t("area.none") });
    }
    const mine = before !== undefined && holderOf(before, serverNow())?.username === this.desk.me.username;
    const holder = holderOf(report, serverNow());
    if (mine && holder !== null && holder.username !== this.desk.me.username && report.code !== this.desk.chosen) {
      this.desk.toast(t("claim.lost_of", { name: holder.name, code: report.code }), "bad");
    }
  }

  private map(): TemplateResult {
    return html`<ht-map-pane .desk=${this.desk} .tab=${this.tab} .filters=${this.filters} .minute=${this.minute}></ht-map-pane>`;
  }

  override render(): TemplateResult {
    const { desk } = this;
    return html`<ht-topbar .desk=${desk} heading=${t("ioc.title")} keys @help=${() => this.help.show()}></ht-topbar>
      <ht-alarm-bar .desk=${desk} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}></ht-alarm-bar>
      <nav class="panes" aria-label=${t("panes.label")}>${(["queue", "case", "map"] as const).map((pane) => html`<button aria-pressed=${this.pane === pane} @click=${() => { this.pane = pane; }}>${t(`pane.${pane}`)}</button>`)}</nav>
      <main class=${`show-${this.pane}`} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}>
        <ht-queue aria-label=${t("queue.label")} .desk=${desk} .tab=${this.tab} .seen=${this.seen} @tab=${(event: CustomEvent<Tab>) => this.pickTab(event.detail)} @filters=${(event: CustomEvent<Filters>) => { this.filters = event.detail; }} @list=${(event: CustomEvent<string[]>) => { this.list = event.detail; }}></ht-queue>
        <ht-case .desk=${desk} .code=${desk.chosen} center @command=${(event: CustomEvent<Command>) => void this.give(event.detail)}></ht-case>
        ${this.map()}
      </main>
      ${desk.catalogues.failed ? html`<p class="note bad failed">${t("catalogues.failed")} <button class="link" @click=${() => location.reload()}>${t("action.again")}</button></p>` : nothing}
      <ht-command .desk=${desk} @done=${(event: CustomEvent<Done>) => this.done(event.detail)}></ht-command>
      <ht-phone-desk .desk=${desk} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}></ht-phone-desk><ht-help></ht-help><ht-toasts .desk=${desk}></ht-toasts>
      <p class="visually-hidden" aria-live="polite">${desk.announcement}</p>`;
  }
}

async function open(): Promise<void> {
  const account = await signedIn();
  if (account === null) return;
  if (account.role === "agency") {
    location.replace("/agency");
    return;
  }
  const desk = new Desk(account, "operations");
  const element = document.createElement("ht-ioc");
  element.desk = desk;
  document.body.replaceChildren(element);
  desk.start();
}

void open();

declare global { interface HTMLElementTagNameMap { "ht-ioc": TriageDesk } }
