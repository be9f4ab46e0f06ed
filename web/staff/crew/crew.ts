import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import "./crew-house";
import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import "../../shared/due";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import type { Account } from "../../shared/model";
import { askForSync, newDraft } from "../../shared/outbox/drafts";
import { kick } from "../../shared/outbox/sender";
import type { OutboxItem } from "../../shared/outbox/types";
import { subscribe } from "../../shared/outbox/watch";
import { loadPreferences, locale, t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { exact, setZone } from "../../shared/times";
import { preferenceButtons } from "../preference-buttons";
import { toLogin } from "../session";
import { crewStyles } from "./crew-styles";
import { distanceWords } from "./distance";
import { forgetDay, freshDay, keptDay, whoIsHere } from "./day";
import { Duty } from "./duty";
import { Hearing } from "./hearing";
import { outboxSection } from "./outbox-view";
import { tell } from "./results";
import { sketch } from "./sketch";
import "./stop-form";
import "./stop-view";
import { dueOf, isOver, metresBetween, ordered, standing, type Day, type Order, type Stop } from "./stops";

/** Changes come live; this is for what no fact tells, as the turn of the day. */
const AGAIN_MS = 60_000;
const WAITS: ReadonlySet<OutboxItem["stage"]> = new Set(["queued", "sending", "uploading", "rejected"]);

/** The crew's day on a phone: where to go, what to do, and what was done, with or without a network. */
@customElement("ht-crew")
export class CrewDay extends HtElement {
  @state() private account: Account | null = null;
  @state() private day: Day | null = null;
  @state() private at = 0;
  @state() private items: OutboxItem[] = [];
  @state() private shown: string | null = null;
  @state() private form: "done" | "unable" | null = null;
  @state() private tab: "list" | "map" = "list";
  @state() private order: Order = "due";
  @state() private trouble: "unknown" | "offline" | "failed" | null = null;
  @state() private mapThere = false;
  private readonly duty = new Duty(() => this.requestUpdate());
  private readonly hearing = new Hearing(() => void this.refresh());
  private readonly stops: (() => void)[] = [];

  static override styles = [controls, crewStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stops.push(subscribe((all) => this.onItems(all)));
    const back = (): void => { this.hearing.wake(); void kick(); void this.refresh(); };
    const seen = (): void => { if (!document.hidden) back(); };
    window.addEventListener("online", back);
    window.addEventListener("popstate", this.onAddress);
    document.addEventListener("visibilitychange", seen);
    const timer = window.setInterval(() => { if (!document.hidden) void this.refresh(); }, AGAIN_MS);
    this.stops.push(() => { window.removeEventListener("online", back); window.removeEventListener("popstate", this.onAddress); document.removeEventListener("visibilitychange", seen); window.clearInterval(timer); });
    this.stops.push(() => this.hearing.end());
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops.splice(0)) stop();
  }

  private async begin(): Promise<void> {
    const who = await whoIsHere();
    if (who === "out") { toLogin(); return; }
    if (who === "unknown") { this.trouble = "unknown"; return; }
    if (who.account.role !== "agency") { location.replace("/ioc"); return; }
    this.account = who.account;
    this.duty.start();
    const kept = await keptDay(who.account.username);
    if (kept !== null) { this.day = kept.day; this.at = kept.at; }
    this.onAddress();
    await this.refresh();
    void kick();
  }

  private async refresh(): Promise<void> {
    if (this.account === null) return;
    try {
      const { day, at } = await freshDay(this.account.username);
      this.day = day;
      this.at = at;
      this.trouble = null;
      this.hearing.know(day);
    } catch (error) {
      const { status } = asRefused(error);
      // What is written here stays here until its writer has signed in again.
      if (status === 401 || status === 403) { if (this.form === null) { await forgetDay(); toLogin(); } return; }
      this.trouble = status === 0 ? "offline" : "failed";
    }
  }

  private onItems(all: OutboxItem[]): void {
    const done = all.filter((item) => item.stage === "done").length;
    const more = done > this.items.filter((item) => item.stage === "done").length;
    this.items = all;
    if (more) void this.refresh();
  }

  private readonly onAddress = (): void => {
    this.shown = new URLSearchParams(location.search).get("stop");
    this.form = null;
  };

  private show(stop: Stop | null): void {
    history.pushState(null, "", stop === null ? location.pathname : `?stop=${encodeURIComponent(stop.id)}`);
    this.onAddress();
  }

  private async arrived(stop: Stop): Promise<void> {
    if (this.account === null) return;
    await tell({ ...newDraft(), about: stop.id, by: this.account.username }, "under_way", this.duty.here, stop.what);
    void askForSync();
  }

  private async signOut(): Promise<void> {
    const waiting = this.items.filter((item) => WAITS.has(item.stage)).length;
    if (waiting > 0 && !window.confirm(t("crew.leave.waiting", { n: waiting }))) return;
    if (this.duty.on) await this.duty.set(false).catch(() => undefined);
    const left = await api("/api/v1/sessions/current", { method: "DELETE" }).then(() => true, (error: unknown) => asRefused(error).status !== 0);
    await forgetDay();
    if (!left) window.alert(t("crew.leave.offline"));
    location.assign("/login?next=/agency/today");
  }

  private async openMap(): Promise<void> {
    this.tab = "map";
    if (!navigator.onLine) return;
    await import("../../shared/map").then(() => { this.mapThere = true; }, () => undefined);
  }

  private bar(): TemplateResult {
    const heading = this.day?.crew?.name ?? this.account?.name ?? t("crew.today");
    return html`<header class="bar"><h1>${t("crew.today")} · ${heading}</h1><span class="gap"></span>
      <a class="button bare square" href="/agency" aria-label=${t("crew.desk")} title=${t("crew.desk")}>${icon("screen")}</a>${preferenceButtons()}
      <button class="bare square" aria-label=${t("session.out")} title=${t("session.out")} @click=${() => void this.signOut()}>${icon("leave")}</button></header>`;
  }

  private status(): TemplateResult {
    const off = this.trouble === "offline" || this.trouble === "failed";
    return html`<section class="state">
      ${off ? html`<p class="line" role="status"><span class="chip soon">${icon("offline")}<span>${t(this.trouble === "offline" ? "crew.offline" : "crew.failed")}</span></span>
        ${this.at > 0 ? t("crew.as_of", { at: exact(new Date(this.at).toISOString(), locale()) }) : nothing}</p>` : nothing}
      ${this.day !== null && this.day.crew !== null ? html`<label class="duty"><input type="checkbox" role="switch" data-duty .checked=${this.duty.on} @change=${(event: Event) => void this.duty.set((event.target as HTMLInputElement).checked).catch(() => undefined)}>${t("crew.duty")}</label>
        <p class="faint line">${t(this.duty.on ? (this.duty.blind ? "crew.duty.blind" : "crew.duty.on") : "crew.duty.off")}</p>` : nothing}
      ${outboxSection(this.items, this.account?.username ?? "", this.day?.stops ?? [], (stop) => this.show(stop))}</section>`;
  }

  private card(stop: Stop, place: number): TemplateResult {
    const { state, waiting, refused } = standing(stop, this.items);
    const { here } = this.duty;
    const far = here === null ? null : metresBetween(here, stop.case.location);
    return html`<li><button class=${isOver(state) ? "card over" : "card"} data-stop=${stop.id} @click=${() => this.show(stop)}>
      <span class="top"><span class="n number">${place + 1}</span><strong>${stop.what}</strong></span>
      <span class="facts">${stop.case.category_name}${stop.case.area === null ? nothing : html` · ${stop.case.area.name}`}</span>
      <span class="facts"><span class="chip ${isOver(state) ? "done" : state === "under_way" ? "in_progress" : "waiting"}">${icon(isOver(state) ? "check" : state === "under_way" ? "in_progress" : "clock")}<span>${t(`task.${state}`)}</span></span>
        ${refused !== null ? html`<span class="chip late">${icon("alarm")}<span>${t("crew.refused")}</span></span>` : waiting ? html`<span class="chip soon">${icon("upload")}<span>${t("crew.waiting")}</span></span>` : nothing}
        ${isOver(state) ? nothing : html`<ht-due compact .due=${dueOf(stop)}></ht-due>`}
        ${far === null ? nothing : html`<span class="number">${icon("pin")} ${distanceWords(far)}</span>`}</span></button></li>`;
  }

  private list(stops: Stop[]): TemplateResult {
    return html`<ol class="stops">${stops.map((stop, place) => this.card(stop, place))}</ol>`;
  }

  private map(stops: Stop[]): TemplateResult {
    const over = (stop: Stop): boolean => isOver(standing(stop, this.items).state);
    const drawing = sketch(stops, this.duty.here, over, (stop) => this.show(stop));
    if (!this.mapThere || this.trouble === "offline") return drawing;
    const first = stops[0]?.case.location ?? { lon: 107.11, lat: 10.39 };
    const points = stops.map((stop, place) => ({
      code: stop.id, lon: stop.case.location.lon, lat: stop.case.location.lat, state: over(stop) ? "published" as const : "in_progress" as const,
      lateness: "none" as const, urgent: stop.case.urgency === "urgent", title: `${place + 1}. ${stop.what}`,
    }));
    return html`<ht-map .points=${points} .start=${{ ...first, zoom: 14 }} @choose=${(event: CustomEvent<string>) => this.show(stops.find((stop) => stop.id === event.detail) ?? null)}></ht-map>${drawing}`;
  }

  private overview(day: Day): TemplateResult {
    const stops = ordered(day.stops, this.items, this.order, this.duty.here);
    if (stops.length === 0) return html`<p class="note">${t(day.crew === null ? "crew.no_crew" : "crew.no_stops")}</p>`;
    return html`<div class="tabs" role="group" aria-label=${t("crew.view")}><button aria-pressed=${this.tab === "list"} @click=${() => { this.tab = "list"; }}>${icon("list")}${t("crew.list")}</button>
        <button aria-pressed=${this.tab === "map"} data-map @click=${() => void this.openMap()}>${icon("map")}${t("crew.map")}</button>
        <button aria-pressed=${this.order === "near"} ?disabled=${this.duty.here === null} title=${t("crew.near.title")} @click=${() => { this.order = this.order === "near" ? "due" : "near"; }}>${icon("pin")}${t("crew.near")}</button></div>
      ${this.tab === "list" ? this.list(stops) : this.map(stops)}`;
  }

  private inside(): TemplateResult {
    if (this.trouble === "unknown") return html`<p class="note warn" role="alert">${t("crew.unknown")}</p><button class="big" @click=${() => location.reload()}>${t("action.again")}</button>`;
    if (this.day === null) return html`<p class="note">${t(this.trouble === null ? "queue.loading" : "crew.nothing_kept")}</p>`;
    const stop = this.day.stops.find((one) => one.id === this.shown);
    if (stop === undefined) return this.overview(this.day);
    if (this.form !== null) {
      return html`<ht-stop-form .stop=${stop} .told=${this.form} .username=${this.account?.username ?? ""} .here=${this.duty.here}
        @told=${() => this.show(null)} @leave=${() => { this.form = null; }}></ht-stop-form>`;
    }
    return html`<ht-stop .stop=${stop} .items=${this.items} .here=${this.duty.here} @back=${() => this.show(null)} @arrived=${() => void this.arrived(stop)}
      @form=${(event: CustomEvent<"done" | "unable">) => { this.form = event.detail; }}></ht-stop>`;
  }

  override render(): TemplateResult {
    return html`${this.bar()}<main>${this.form === null ? this.status() : nothing}${this.inside()}</main>`;
  }
}


loadPreferences();
setZone(document.documentElement.dataset["zone"]);
document.body.replaceChildren(document.createElement("ht-crew"));
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/agency/sw.js", { scope: "/agency" }).catch(() => undefined);

declare global { interface HTMLElementTagNameMap { "ht-crew": CrewDay } }
