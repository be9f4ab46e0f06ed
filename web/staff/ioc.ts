import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { LiveEvent, Report } from "../shared/model";
import { t } from "../shared/preferences";
import { serverNow } from "../shared/server-time";
import { everySecond } from "../shared/ticker";
import "./alarm-bar";
import { ACTIONS, commandFor, type Command } from "./actions";
import { holderOf } from "./allowed";
import { between } from "./bulk";
import type { BulkDialog } from "./bulk-dialog";
import "./bulk-dialog";
import type { CasePane } from "./case-pane";
import "./case-pane";
import type { CommandDialog, Done } from "./command-dialog";
import "./command-dialog";
import { Desk } from "./desk";
import { DESK_KEYS, deskEntries, type DeskActions, type DeskKey } from "./desk-entries";
import type { Help } from "./help";
import "./help";
import { iocStyles } from "./ioc-styles";
import type { Query } from "./kept";
import { forDesk } from "./keyboard";
import { heldBefore, releaseOnLeaving } from "./leaving";
import "./map-pane";
import type { MediaViewer } from "./media-viewer";
import "./media-viewer";
import type { Palette } from "./palette";
import "./palette";
import { CENTER_TABS, neighbour, NO_FILTERS, type Filters, type Tab } from "./queue";
import { fromAddress, toAddress } from "./queue-address";
import type { QueuePane } from "./queue-pane";
import type { PhoneDesk } from "./phone-desk";
import "./phone-desk";
import "./queue-pane";
import { signedIn, toLogin } from "./session";
import { loadAside } from "./set-aside";
import { StaffElement } from "./staff-element";
import type { StaleDialog } from "./stale-dialog";
import "./stale-dialog";
import { categoryName, eventText, faultText } from "./tell";
import "./toasts";
import type { Topbar } from "./topbar";
import "./topbar";
import type { ViewDialog } from "./view-dialog";
import "./view-dialog";

const UNDO: Partial<Record<Command, "unverify" | "recall" | "unmerge" | "release">> = { claim: "release", verify: "unverify", dispatch: "recall", merge: "unmerge" };
const SEEN_KEPT = 5000;

/** The triage desk: queue, case and map, all live, all by keyboard. */
@customElement("ht-ioc")
export class TriageDesk extends StaffElement {
  @property() pane: "queue" | "case" | "map" = "queue";
  @state() private query: Query = { ...NO_FILTERS, tab: "waiting" };
  @state() private picked: ReadonlySet<string> = new Set();
  @state() private minute = serverNow();
  @query("ht-queue") private queue!: QueuePane;
  @query("ht-case") private caseView!: CasePane;
  @query("ht-command") private dialog!: CommandDialog;
  @query("ht-help") private help!: Help;
  @query("ht-palette") private palette!: Palette;
  @query("ht-views") private views!: ViewDialog;
  @query("ht-bulk") private bulk!: BulkDialog;
  @query("ht-viewer") private viewer!: MediaViewer;
  @query("ht-stale") private stale!: StaleDialog;
  @query("ht-topbar") private topbar!: Topbar;
  @query("ht-phone-desk") private phone!: PhoneDesk;
  @state() private list: string[] = [];
  private place = 0;
  private lastPicked: string | null = null;
  private seen = new Map<string, number>();
  private readonly held = new Set<string>();
  private asked = false;
  private back = false;
  private readonly stops: (() => void)[] = [];

  static override styles = [controls, iocStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.seen = new Map(JSON.parse(localStorage.getItem("hientruong-seen") ?? "[]") as [string, number][]);
    window.addEventListener("keydown", this.onKey);
    window.addEventListener("popstate", this.onAddress);
    this.stops.push(everySecond((now) => { if (now - this.minute >= 30_000) this.minute = now; }), this.desk.onEvents((event, before) => this.onEvent(event, before)), releaseOnLeaving(this.desk, this.held));
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
    // The view the desk opens with, unless the address asks for another.
    const first = this.asked ? undefined : this.desk.views.items.find((view) => view.default);
    if (first !== undefined) {
      this.asked = true;
      this.show(first.query);
    }
    if (this.desk.loaded && !this.back) this.holdAgain();
    const { chosen } = this.desk;
    const version = chosen === null ? undefined : this.desk.truth(chosen)?.version;
    if (chosen !== null && version !== undefined && this.seen.get(chosen) !== version) this.seen.set(chosen, version);
  }

  /** After loading the page again: what it gave back on leaving. */
  private holdAgain(): void {
    this.back = true;
    void loadAside(this.desk, "audit=pending&open=false&order=newest");
    for (const code of heldBefore(this.desk)) {
      const report = this.desk.truth(code);
      if (report !== undefined) void this.desk.attempt("claim", report, {}, faultText, false).then((done) => { if (done) this.held.add(code); });
    }
  }

  private readonly onAddress = (): void => {
    const { query, report } = fromAddress(location.search);
    if (query !== null) {
      this.query = query;
      this.asked = true;
    }
    this.select(report, false);
  };

  private select(code: string | null, remember = true): void {
    if (code !== null) {
      this.seen.set(code, this.desk.truth(code)?.version ?? 1);
      this.place = Math.max(0, this.list.indexOf(code));
      if (this.pane === "queue") this.pane = "case";
    }
    this.desk.choose(code);
    if (remember) this.rememberAddress();
    localStorage.setItem("hientruong-seen", JSON.stringify([...this.seen].slice(-SEEN_KEPT)));
  }

  private rememberAddress(): void {
    history.replaceState(null, "", toAddress(this.query, this.desk.chosen));
  }

  private show(query: Query): void {
    this.query = query;
    this.asked = true;
    this.rememberAddress();
  }

  private pickTab(tab: Tab): void {
    this.show({ ...this.query, tab });
  }

  private filter(part: Partial<Filters>): void {
    this.show({ ...this.query, ...part });
  }

  private move(step: 1 | -1): void {
    const reports = this.list.map((code) => this.desk.report(code)).filter((report): report is Report => report !== undefined);
    const next = neighbour(reports, this.desk.chosen, this.place, step);
    if (next !== undefined) this.select(next.code);
  }

  private tick(code: string | null, range: boolean): void {
    if (code === null) return;
    const picked = new Set(this.picked);
    const codes = range ? between(this.list, this.lastPicked, code) : [code];
    const add = range || !picked.has(code);
    for (const one of codes) if (add) picked.add(one); else picked.delete(one);
    this.picked = picked;
    this.lastPicked = code;
  }

  private async openBulk(): Promise<void> {
    const codes = this.picked.size > 0 ? this.list.filter((code) => this.picked.has(code)) : [];
    if (codes.length > 0) await this.bulk.show(codes);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !this.busy) {
      event.preventDefault();
      void this.palette.show();
      return;
    }
    if (!forDesk(event) || this.busy || !this.ownKey(event)) return;
    event.preventDefault();
  };

  private get busy(): boolean {
    return [this.dialog, this.palette, this.bulk, this.viewer, this.stale, this.views, this.help, this.topbar, this.phone].some((one) => one.isOpen)
      || document.querySelector("ht-privacy-editor") !== null;
  }

  /** True when the key means something here. */
  private ownKey(event: KeyboardEvent): boolean {
    const key = event.key.toUpperCase();
    const tab = CENTER_TABS[Number(event.key) - 1];
    const report = this.desk.report(this.desk.chosen);
    const command = report === undefined || event.key.length > 1 ? undefined : commandFor(event.key, this.caseView.open(report));
    const own = (Object.keys(DESK_KEYS) as DeskKey[]).find((one) => DESK_KEYS[one].key === key);
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.escape();
    else if (key === "X") this.tick(this.desk.chosen, event.shiftKey);
    else if (tab !== undefined) this.pickTab(tab);
    else if (own !== undefined) this.press(own);
    else if (command !== undefined) void this.give(command);
    else return false;
    return true;
  }

  private escape(): void {
    if (this.picked.size > 0) this.picked = new Set();
    else {
      this.select(null);
      this.pane = "queue";
    }
  }

  private press(key: DeskKey): void {
    const { chosen } = this.desk;
    const acts: Record<DeskKey, () => void> = {
      next: () => this.move(1), previous: () => this.move(-1), search: () => this.queue.focusSearch(), filters: () => this.queue.toggleFilters(),
      views: () => void this.views.show(), pick: () => this.tick(chosen, false), bulk: () => void this.openBulk(), note: () => this.caseView.focusNote(),
      due: () => this.caseView.explainDue(), escalations: () => this.topbar.showEscalations(),
      mentions: () => this.topbar.showMentions(), media: () => { if (chosen !== null) void this.viewer.show(chosen); }, phone: () => void this.phone.open(),
      undo: () => this.undoLast(), palette: () => void this.palette.show(), help: () => this.help.show(),
    };
    acts[key]();
  }

  private get actions(): DeskActions {
    const report = this.desk.report(this.desk.chosen);
    return {
      desk: this.desk, query: this.query, report, open: report === undefined ? new Set() : this.caseView.open(report),
      give: (command) => void this.give(command), press: (key) => this.press(key), pick: (tab) => this.pickTab(tab),
      filter: (part) => this.filter(part), show: (query) => this.show(query), select: (code) => this.select(code),
    };
  }

  private async give(command: Command): Promise<void> {
    const { chosen } = this.desk;
    if (chosen !== null) await this.desk.settled(chosen);
    const report = this.desk.report(chosen);
    if (report === undefined || chosen !== this.desk.chosen || !this.caseView.open(report).has(command)) return;
    if (ACTIONS[command].form) await this.dialog.ask(command, report);
    else await this.carryOut(command, report, command === "verify" ? this.caseView.corrections : {});
  }

  private async carryOut(command: Command, report: Report, args: Record<string, unknown>): Promise<void> {
    const withVersion = command !== "claim" && command !== "release";
    const late = (now: Report): void => void this.stale.show({ command, saw: report, now, wanted: this.desk.foresee(command, report, args), again: () => void this.carryOut(command, now, args) });
    if (!await this.desk.attempt(command, report, args, faultText, withVersion, late)) return;
    if (command === "claim") this.held.add(report.code);
    const after = this.desk.truth(report.code);
    if (after !== undefined) this.done({ command, before: report, after });
  }

  /** Says what was done; offers to take it back where the table has a way back that hides nothing. */
  private done({ command, before }: Done): void {
    if (command === "take_over") this.held.add(before.code);
    const back = UNDO[command];
    const undo = back === undefined ? null : (): void => {
      const now = this.desk.report(before.code);
      const reason = back === "recall" ? { reason: t("undo.reason") } : {};
      if (now !== undefined) void this.desk.attempt(back, now, reason, faultText, back !== "release").then((done) => { if (done) this.done({ command: back, before: now, after: now }); });
    };
    this.desk.toast(t(`done.${command}`, { code: before.code }), "done", undo);
  }

  private undoLast(): void {
    const last = this.desk.toasts.findLast((toast) => toast.undo !== null);
    if (last === undefined) return;
    this.desk.dismiss(last.id);
    last.undo?.();
  }

  /** The chosen case joins the one it is like: no dialog, because it can be undone. */
  private mergeInto(into: string): void {
    const report = this.desk.report(this.desk.chosen);
    if (report !== undefined) void this.carryOut("merge", report, { into });
  }

  private unmerge(code: string): void {
    void this.desk.refresh(code).then(() => {
      const report = this.desk.truth(code);
      if (report !== undefined) return this.carryOut("unmerge", report, {});
      return undefined;
    }).catch(() => this.desk.toast(t("fault.gone"), "bad"));
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
    return html`<ht-map-pane .desk=${this.desk} .list=${this.list} .tab=${this.query.tab} .filters=${this.query} .minute=${this.minute}
      @hot-spot=${(event: CustomEvent<string>) => this.topbar.showHotSpot(event.detail)} @select=${(event: CustomEvent<string[]>) => { this.picked = new Set(event.detail); }}></ht-map-pane>`;
  }

  private tools(): TemplateResult {
    return html`<div class="queue-tools" slot="tools"><button class="square" data-views aria-label=${t("view.title")} title="${t("view.title")} (W)" @click=${() => void this.views.show()}>${icon("star")}</button></div>
      ${this.picked.size === 0 ? nothing : html`<div class="picked" slot="tools" role="status"><strong>${t("bulk.picked", { n: this.picked.size })}</strong>
        <button class="first" data-open-bulk @click=${() => void this.openBulk()}>${t("bulk.open")} <kbd>B</kbd></button><button @click=${() => { this.picked = new Set(); }}>${t("bulk.clear")} <kbd>Esc</kbd></button></div>`}`;
  }

  override render(): TemplateResult {
    const { desk } = this;
    return html`<ht-topbar .desk=${desk} heading=${t("ioc.title")} keys @help=${() => this.help.show()} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}>
        <button slot="links" class="bare call" title="${t("desk.phone")} (N)" @click=${() => this.press("phone")}>${icon("phone")}<span>${t("caller.new")}</span></button></ht-topbar>
      <ht-alarm-bar .desk=${desk} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}></ht-alarm-bar>
      <nav class="panes" aria-label=${t("panes.label")}>${(["queue", "case", "map"] as const).map((pane) => html`<button aria-pressed=${this.pane === pane} @click=${() => { this.pane = pane; }}>${t(`pane.${pane}`)}</button>`)}</nav>
      <main class=${`show-${this.pane}`} @choose=${(event: CustomEvent<string>) => this.select(event.detail)}>
        <ht-queue aria-label=${t("queue.label")} .desk=${desk} .tab=${this.query.tab} .filters=${this.query} .seen=${this.seen} .picked=${this.picked} @tab=${(event: CustomEvent<Tab>) => this.pickTab(event.detail)} @filters=${(event: CustomEvent<Filters>) => this.filter(event.detail)}
          @pick=${(event: CustomEvent<{ code: string; range: boolean }>) => this.tick(event.detail.code, event.detail.range)} @list=${(event: CustomEvent<string[]>) => { this.list = event.detail; }}>${this.tools()}</ht-queue>
        <ht-case .desk=${desk} .code=${desk.chosen} center @command=${(event: CustomEvent<Command>) => void this.give(event.detail)} @hot-spot=${(event: CustomEvent<string>) => this.topbar.showHotSpot(event.detail)} @unmerge=${(event: CustomEvent<string>) => this.unmerge(event.detail)} @merge-into=${(event: CustomEvent<string>) => this.mergeInto(event.detail)} @compare-media=${() => { if (desk.chosen !== null) void this.viewer.show(desk.chosen); }} @view-media=${(event: CustomEvent<string>) => { if (desk.chosen !== null) void this.viewer.show(desk.chosen, event.detail); }}></ht-case>
        ${this.map()}
      </main>
      ${desk.catalogues.failed ? html`<p class="note bad failed">${t("catalogues.failed")} <button class="link" @click=${() => location.reload()}>${t("action.again")}</button></p>` : nothing}
      <ht-command .desk=${desk} @done=${(event: CustomEvent<Done>) => this.done(event.detail)}></ht-command>
      <ht-views .desk=${desk} .now=${this.query} @view=${(event: CustomEvent<Query>) => this.show(event.detail)}></ht-views>
      <ht-bulk .desk=${desk} @finished=${() => { this.picked = new Set(); }}></ht-bulk>
      <ht-viewer .desk=${desk}></ht-viewer><ht-stale .desk=${desk}></ht-stale>
      <ht-palette .entries=${(typed: string) => deskEntries(this.actions, typed)}></ht-palette>
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
