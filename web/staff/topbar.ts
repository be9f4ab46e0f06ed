import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { age } from "../shared/due";
import { icon } from "../shared/icons";
import { locale, t } from "../shared/preferences";
import { everySecond } from "../shared/ticker";
import { exact } from "../shared/times";
import { serverNow } from "../shared/server-time";
import { preferenceButtons, signOutButton } from "./preference-buttons";
import "./escalations";
import type { Escalations } from "./escalations";
import "./handover-list";
import type { HandoverList } from "./handover-list";
import "./hot-spots";
import type { HotSpotList } from "./hot-spots";
import "./mentions";
import type { Mentions } from "./mentions";
import { StaffElement } from "./staff-element";
import "./wall-pin";

/** Name of the room, state of the connection, what was missed, language, colours, account. */
@customElement("ht-topbar")
export class Topbar extends StaffElement {
  @property() heading = "";
  @property({ type: Boolean }) keys = false;
  @state() private now = serverNow();
  private stop: (() => void) | null = null;

  static override styles = [controls, css`
    .bar { display: flex; align-items: center; gap: var(--s-2); min-height: 3rem; padding: 0 var(--s-3); background: var(--surface); border-bottom: 1px solid var(--line); }
    /* The longest name of an agency gives way; the state of the connection never does. */
    .brand { display: flex; align-items: center; gap: var(--s-2); flex: 0 1 auto; min-width: 4rem; font-weight: 650; letter-spacing: -0.01em; white-space: nowrap; }
    .brand .name { flex: none; }
    .brand .icon { color: var(--accent); font-size: 1.35rem; }
    .brand .room { font-weight: 500; color: var(--ink-2); padding-inline-start: var(--s-2); border-inline-start: 1px solid var(--line); min-width: 0; overflow: hidden; text-overflow: ellipsis; }
    .gap { flex: 1; }
    .bar > * { flex: none; } .bar > .brand { flex: 0 1 auto; } .bar > .who { flex: 0 20 auto; min-width: 3.5rem; } .bar > .gap { flex: 1; }
    .line { display: inline-flex; align-items: center; gap: 0.4em; padding: 0 var(--s-2); min-height: 1.75rem; border-radius: var(--r-full); font-size: var(--t-s); white-space: nowrap; font-variant-numeric: tabular-nums; }
    .line.live .icon { color: var(--done); }
    .line.off { background: var(--late-soft); color: var(--late); font-weight: 600; }
    .line.connecting { background: var(--soon-soft); color: var(--soon); }
    .missed { border-color: var(--accent); color: var(--accent); background: var(--accent-soft); min-height: 1.75rem; font-size: var(--t-s); }
    .who { font-size: var(--t-s); color: var(--ink-2); white-space: nowrap; display: inline-flex; align-items: center; gap: 0.35em; padding-inline: var(--s-2); min-width: 0; max-width: 14rem; }
    .who span { overflow: hidden; text-overflow: ellipsis; }
    @media (max-width: 900px) { .bar > .who { min-width: 0; } .age, .who span, .figures span { display: none; } }
    @media (max-width: 700px) { .bar { padding: 0 var(--s-1) 0 var(--s-3); gap: 0; } .brand .name, .helps { display: none; } .brand .room { border: 0; padding: 0; color: var(--ink); font-weight: 600; } .bar > .brand { min-width: 0; } .bar > [role="status"] { flex: 0 1 auto; min-width: 2rem; } .line { max-width: 100%; } .bar > [role="status"]:has(.off) { flex: none; width: 5.25rem; } .line.off span { overflow: hidden; text-overflow: ellipsis; } .brand .icon { display: none; } .wide { display: none; } .who { padding-inline: 0; } .who .icon { display: none; } }
    @media (max-width: 355px) { .bar { flex-wrap: wrap; } }
    /* All is well needs no word where there is no room for one; a screen reader still says it. */
    @media (max-width: 420px) { .line.live span { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = everySecond((now) => { this.now = now; });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  private connection(): TemplateResult {
    const { connection, live } = this.desk;
    const newest = live.newestAt;
    const title = newest === null ? t("live.no_events") : t("live.newest", { at: exact(newest, locale()) });
    if (connection === "live") {
      return html`<span class="line live" title=${title}>${icon("published")}<span>${t("live.on")}</span>
        ${newest === null ? nothing : html`<span class="age faint">${t("live.age", { age: age(this.now - Date.parse(newest)) })}</span>`}</span>`;
    }
    const since = live.heardAt === null ? "" : ` · ${age(this.now - live.heardAt)}`;
    if (connection === "connecting" && live.heardAt === null) return html`<span class="line connecting">${icon("clock")}<span>${t("live.connecting")}</span></span>`;
    return html`<span class="line off" title=${title}>${icon("offline")}<span>${t("live.off")}${since}</span></span>`;
  }

  /** Whether a dialog of the bar is open. */
  get isOpen(): boolean {
    return [...this.renderRoot.querySelectorAll<Mentions | HotSpotList | HandoverList | Escalations>("ht-mentions, ht-hot-spots, ht-handovers, ht-escalations")].some((one) => one.isOpen);
  }

  showHotSpot(code: string): void {
    void this.renderRoot.querySelector<HotSpotList>("ht-hot-spots")?.show(code);
  }

  showMentions(): void {
    void this.renderRoot.querySelector<Mentions>("ht-mentions")?.show();
  }

  showEscalations(): void {
    void this.renderRoot.querySelector<Escalations>("ht-escalations")?.show();
  }

  override render(): TemplateResult {
    const { me, missed } = this.desk;
    return html`<header class="bar">
      <h1 class="brand">${icon("pin")}<span class="name">Hiện Trường</span><span class="room" title=${this.heading}>${this.heading}</span></h1>
      <span class="gap"></span>
      ${missed === null || missed === 0 ? nothing : html`<button class="missed" @click=${() => this.desk.forgetMissed()}>${t("live.missed", { n: missed })} ${icon("cross")}</button>`}
      <slot name="links"></slot>
      <span role="status">${this.connection()}</span>
      <ht-wall-pin .desk=${this.desk}></ht-wall-pin>
      ${["supervisor", "leader", "agency"].includes(me.role) ? html`<ht-escalations .desk=${this.desk}></ht-escalations>` : nothing}
      ${this.keys || me.role === "agency" ? html`<ht-hot-spots .desk=${this.desk}></ht-hot-spots>` : nothing}
      ${this.keys ? html`<ht-handovers .desk=${this.desk}></ht-handovers><ht-mentions .desk=${this.desk}></ht-mentions>` : nothing}
      ${this.keys ? html`<button class="bare square helps" aria-label=${t("help.title")} title="${t("help.title")} (?)" @click=${() => this.dispatchEvent(new CustomEvent("help"))}>${icon("help")}</button>` : nothing}
      ${me.role === "admin" || me.role === "leader" ? html`<a class="button bare figures" href="/admin" aria-label=${t("admin.title")} title=${t("admin.title")}>${icon("route")}<span>${t("admin.title")}</span></a>` : nothing}
      <a class="button bare figures" href="/ioc/figures" aria-label=${t("figures.topbar")} title=${t("figures.topbar")}>${icon("chart")}<span>${t("figures.topbar")}</span></a>
      ${preferenceButtons()}
      <span class="who" title="${me.username} · ${t(`role.${me.role}`)}">${icon("user")}<span>${me.name}</span></span>
      ${signOutButton()}
    </header>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-topbar": Topbar } }
