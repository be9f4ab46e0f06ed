import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Account, LiveEvent, Report } from "../shared/model";
import "../shared/map";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { everySecond } from "../shared/ticker";
import { serverNow } from "../shared/server-time";
import { ACTIONS, commandFor, type Command } from "./actions";
import type { AgencyDialogs } from "./agency-dialogs";
import "./agency-dialogs";
import { agencyStyles } from "./agency-styles";
import type { CasePane } from "./case-pane";
import "./case-pane";
import type { CommandDialog, Done } from "./command-dialog";
import "./command-dialog";
import { concerns } from "../shared/collection";
import { Desk } from "./desk";
import { forDesk } from "./keyboard";
import { mapPoints, pointOf, viewOf } from "./map-points";
import { AGENCY_TABS, inTab, neighbour, type Tab } from "./queue";
import "./queue-pane";
import { signedIn, toLogin } from "./session";
import { loadAside } from "./set-aside";
import { StaffElement } from "./staff-element";
import { agencyName, categoryName, eventText, faultText } from "./tell";
import "./toasts";
import "./topbar";
import type { Topbar } from "./topbar";

/** Most agencies are never asked to look at others' cases. */
const WITHOUT_CHECKS = AGENCY_TABS.filter((tab) => tab !== "checks");

/** What others do with a case of ours that its officer wants to hear at once. */
const WORTH_SAYING: ReadonlySet<string> = new Set(["report.sent_back", "report.published", "report.question_answered", "report.reopened"]);

/** The agency's inbox: what it leads or supports, by due time; one case at a time on a phone, beside the list on a desk. */
@customElement("ht-agency")
export class AgencyDesk extends StaffElement {
  @state() private tab: Tab = "new";
  @state() private minute = serverNow();
  @state() private mapShown = false;
  @query("ht-case") private caseView!: CasePane;
  @query("ht-command") private dialog!: CommandDialog;
  @query("ht-agency-dialogs") private dialogs!: AgencyDialogs;
  @query("ht-topbar") private topbar!: Topbar;
  private list: string[] = [];
  private place = 0;
  private oldLoaded = false;
  private greeted = false;
  private readonly stops: (() => void)[] = [];

  static override styles = [controls, agencyStyles];

  override connectedCallback(): void {
    super.connectedCallback();
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
    if (this.desk.loaded && !this.greeted) {
      this.greeted = true;
      const reports = [...this.desk.collection.reports.values()];
      void loadAside(this.desk, "checking=true");
      this.tab = AGENCY_TABS.find((tab) => reports.some((report) => inTab(tab, report, this.desk.me.username, serverNow()))) ?? "new";
    }
  }

  private readonly onAddress = (): void => this.desk.choose(new URLSearchParams(location.search).get("report"));

  /** On a phone the case covers the list, so the way back is the browser's own. */
  private select(code: string | null): void {
    if (code !== null) this.place = Math.max(0, this.list.indexOf(code));
    const opened = this.desk.chosen === null && code !== null;
    this.desk.choose(code);
    const address = code === null ? location.pathname : `?report=${encodeURIComponent(code)}`;
    if (opened) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  private pickTab(tab: Tab): void {
    this.tab = tab;
    if (tab === "done" && !this.oldLoaded) void this.loadOld();
  }

  private async loadOld(): Promise<void> {
    this.oldLoaded = true;
    try {
      for (const one of ["published", "closed"]) {
        const answer = await api<{ reports: Report[] }>(`/api/v1/reports?state=${one}&limit=50`);
        for (const report of answer.reports) this.desk.take(report);
      }
    } catch (error) {
      this.oldLoaded = false;
      this.desk.toast(faultText(asRefused(error)), "bad");
    }
  }

  private get tabs(): readonly Tab[] {
    const { agency } = this.desk.me;
    const any = [...this.desk.aside.values(), ...this.desk.reports.values()].some((report) => agency !== null && report.checking?.includes(agency) === true);
    return any || this.tab === "checks" ? AGENCY_TABS : WITHOUT_CHECKS;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!forDesk(event) || this.dialog.isOpen || this.dialogs.isOpen || this.topbar.isOpen) return;
    const key = event.key.toUpperCase();
    const report = this.desk.report(this.desk.chosen);
    const command = report === undefined || event.key.length > 1 ? undefined : commandFor(event.key, this.caseView.open(report));
    if (key === "J" || event.key === "ArrowDown") this.move(1);
    else if (key === "K" || event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.select(null);
    else if (key === "=") this.caseView.explainDue();
    else if (key === "!") this.topbar.showEscalations();
    else if (command !== undefined) void this.give(command);
    else return;
    event.preventDefault();
  };

  private move(step: 1 | -1): void {
    const reports = this.list.map((code) => this.desk.report(code)).filter((report): report is Report => report !== undefined);
    const next = neighbour(reports, this.desk.chosen, this.place, step);
    if (next !== undefined) this.select(next.code);
  }

  private async give(command: Command): Promise<void> {
    const report = this.desk.report(this.desk.chosen);
    if (report === undefined || this.desk.pending.has(report.code)) return;
    if (ACTIONS[command].form) await this.dialog.ask(command, report);
    else if (await this.desk.attempt(command, report, {}, faultText)) this.done(command, report);
  }

  private done(command: Command, report: Report): void {
    this.desk.toast(t(`done.${command}`, { code: report.code }), "done");
    if (command === "accept") this.tab = "doing";
    if (command === "return") this.select(null);
  }

  private onEvent(event: LiveEvent, before: Report | undefined): void {
    const { report, by } = event;
    if (report === null || by?.username === this.desk.me.username) return;
    const mine = concerns(this.desk.me.agency, report);
    const asked = this.desk.me.agency !== null && report.checking?.includes(this.desk.me.agency) === true;
    if (asked) this.desk.take(report);
    if (event.event === "report.checker_sent" && asked) this.desk.toast(`${eventText(event)}: ${categoryName(this.desk, report)} · ${report.code}`, "note");
    else if (asked || (before !== undefined && !mine && !concerns(this.desk.me.agency, before))) return;
    else if (before !== undefined && !mine) this.desk.toast(t("agency.taken", { code: report.code, event: eventText(event) }), "note");
    else if (mine && (before === undefined || WORTH_SAYING.has(event.event))) {
      this.desk.toast(`${eventText(event)}: ${categoryName(this.desk, report)} · ${report.code}`, "note");
    }
  }

  /** What is arranged at a desk; a phone has no room for it. */
  private arrangements(): TemplateResult {
    return html`<button class="bare" data-crews title=${t("crews.title")} aria-label=${t("crews.title")} @click=${() => void this.dialogs.open("crews")}>${icon("users")}<span>${t("crews.title")}</span></button>
          <button class="bare" data-board title=${t("board.title")} aria-label=${t("board.title")} @click=${() => void this.dialogs.open("board")}>${icon("star")}<span>${t("board.title")}</span></button>
          <button class="bare" data-shift title=${t("hand_over.title")} aria-label=${t("hand_over.title")} @click=${() => void this.dialogs.open("hand-over")}>${icon("hand")}<span>${t("hand_over.title")}</span></button>`;
  }

  private map(): TemplateResult {
    const report = this.desk.report(this.desk.chosen);
    return html`<ht-map .points=${mapPoints(this.desk, this.minute)} .crews=${this.desk.crews.at(serverNow())} .chosen=${report === undefined ? null : pointOf(this.desk, report, this.minute)}
      .area=${report?.area?.code ?? null} .start=${viewOf(document.documentElement.dataset["view"])} .spots=${this.desk.hotSpots.marks()}
      @hot-spot=${(event: CustomEvent<string>) => this.topbar.showHotSpot(event.detail)}></ht-map>`;
  }

  override render(): TemplateResult {
    const { desk } = this;
    return html`<ht-topbar .desk=${desk} heading=${agencyName(desk, desk.me.agency, desk.me.name)} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}>
        <span slot="links" class="links"><a class="button bare" href="/agency/today" title=${t("crew.today")} aria-label=${t("crew.today")}>${icon("calendar")}<span>${t("crew.today")}</span></a>
          ${matchMedia("(max-width: 700px)").matches ? nothing : this.arrangements()}</span></ht-topbar>
      <main class=${desk.chosen === null ? "list" : this.mapShown ? "map" : "case"} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}>
        <ht-queue aria-label=${t("agency.inbox")} .desk=${desk} .tab=${this.tab} .tabs=${this.tabs} @tab=${(event: CustomEvent<Tab>) => this.pickTab(event.detail)} @list=${(event: CustomEvent<string[]>) => { this.list = event.detail; }}></ht-queue>
        <nav class="phone"><button class="bare" @click=${() => this.select(null)}>${icon("left")}${t("agency.back")}</button>
          <button class="bare" aria-pressed=${this.mapShown} @click=${() => { this.mapShown = !this.mapShown; }}>${icon("map")}${t("pane.map")}</button></nav>
        <div class="work">
          <ht-case .desk=${desk} .code=${desk.chosen} @command=${(event: CustomEvent<Command>) => void this.give(event.detail)} @hot-spot=${(event: CustomEvent<string>) => this.topbar.showHotSpot(event.detail)}></ht-case></div>
        ${this.map()}
      </main>
      ${desk.catalogues.failed ? html`<p class="note bad failed">${t("catalogues.failed")} <button class="link" @click=${() => location.reload()}>${t("action.again")}</button></p>` : nothing}
      <ht-command .desk=${desk} @done=${(event: CustomEvent<Done>) => this.done(event.detail.command, event.detail.before)}></ht-command>
      <ht-agency-dialogs .desk=${desk}></ht-agency-dialogs>
      <ht-toasts .desk=${desk}></ht-toasts>`;
  }
}

/** On a phone a member of a crew begins with the day's stops; the desk is one button away, and then stays. */
async function belongsToday(account: Account): Promise<boolean> {
  const asked = location.search !== "" || document.referrer.endsWith("/agency/today");
  if (asked || !matchMedia("(max-width: 700px)").matches) return false;
  const { officers } = await api<{ officers: { username: string; crew: string | null }[] }>("/api/v1/crews/officers");
  return officers.some((one) => one.username === account.username && one.crew !== null);
}

async function open(): Promise<void> {
  const account = await signedIn();
  if (account === null) return;
  if (account.role !== "agency") {
    location.replace("/ioc");
    return;
  }
  if (await belongsToday(account)) {
    location.replace("/agency/today");
    return;
  }
  const desk = new Desk(account, "agency");
  const element = document.createElement("ht-agency");
  element.desk = desk;
  document.body.replaceChildren(element);
  desk.start();
}

void open();

declare global { interface HTMLElementTagNameMap { "ht-agency": AgencyDesk } }
