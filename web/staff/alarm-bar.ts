import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { nextWaiting, standing, type Alarm } from "../shared/alarms";
import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { age, moment } from "../shared/due";
import { icon, type IconName } from "../shared/icons";
import { currentLanguage, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { serverNow } from "../shared/server-time";
import { everySecond } from "../shared/ticker";
import { alarmStyles } from "./alarm-styles";
import { allowSound, ring, soundAllowed } from "./alarm-sound";
import { forDesk } from "./keyboard";
import { StaffElement } from "./staff-element";
import type { StormList } from "./storm-list";
import "./storm-list";
import { faultText } from "./tell";

/** So many alarms that wait are shown at once; the others, and those somebody has taken, on request. */
const SHOWN = 3;
/** While no more than so many wait there is room to show who has taken the newest of the others. */
const ROOMY = 1;
const LEVEL_ICONS: Record<Alarm["level"], IconName> = { 1: "alarm", 2: "user", 3: "users" };

/** What asks for a person, on top of the desk: unacknowledged first, each with its level in shape and word, its age,
 *  and one key to say "I take care of it". Nothing at all while nothing is wrong. */
@customElement("ht-alarm-bar")
export class AlarmBar extends StaffElement {
  @state() private now = serverNow();
  @state() private all = false;
  @state() private sound = soundAllowed();
  @state() private pending: ReadonlySet<number> = new Set();
  @state() private news = "";
  @query("ht-storm") private storm!: StormList;
  private known: ReadonlySet<number> | null = null;
  private fresh: ReadonlySet<number> = new Set();
  private stop: (() => void) | null = null;

  static override styles = [controls, alarmStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = everySecond((now) => { this.now = now; });
    window.addEventListener("keydown", this.onShiftKey, true);
    window.addEventListener("keydown", this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    window.removeEventListener("keydown", this.onShiftKey, true);
    window.removeEventListener("keydown", this.onKey);
  }

  /** Before the desk's own keys: Shift+A always means the alarm, whatever the open case allows. */
  private readonly onShiftKey = (event: KeyboardEvent): void => {
    if (event.shiftKey && event.key.toUpperCase() === "A") this.takeByKey(event);
  };

  /** After the desk's own keys: `A` alone approves where the open case waits for approval, else it means the alarm. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (!event.shiftKey && event.key.toUpperCase() === "A") this.takeByKey(event);
  };

  private takeByKey(event: KeyboardEvent): void {
    const next = nextWaiting(this.desk.alarms);
    if (!forDesk(event) || next === undefined || !this.mayAcknowledge) return;
    event.preventDefault();
    void this.acknowledge(next);
  }

  private get mayAcknowledge(): boolean {
    return this.desk.me.role === "operator" || this.desk.me.role === "supervisor";
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const waiting = standing(this.desk.alarms).filter((alarm) => alarm.acknowledged === null);
    const ids = new Set(waiting.map((alarm) => alarm.id));
    if (this.known !== null && ids.size === this.known.size && [...ids].every((id) => this.known?.has(id))) return;
    const news = waiting.filter((alarm) => this.known?.has(alarm.id) !== true);
    // Who opens the desk finds what stands already; only what comes while they look pulses and sounds.
    this.fresh = new Set(this.known === null ? [] : news.map((alarm) => alarm.id));
    if (news.length > 0) this.news = news.map((alarm) => this.text(alarm)).join(". ");
    if (this.fresh.size > 0) ring();
    this.known = ids;
  }

  private text(alarm: Alarm): string {
    return currentLanguage() === "en" ? alarm.text_en : alarm.text_vi;
  }

  private async acknowledge(alarm: Alarm): Promise<void> {
    if (this.pending.has(alarm.id)) return;
    this.pending = new Set([...this.pending, alarm.id]);
    try {
      this.desk.takeAlarm(await api<Alarm>(`/api/v1/alarms/${alarm.id}/acknowledge`, { method: "POST", body: {} }));
    } catch (error) {
      const refused = asRefused(error);
      this.desk.toast(refused.slug === "not-now" ? t("alarm.over") : faultText(refused), refused.slug === "not-now" ? "note" : "bad");
    } finally {
      this.pending = new Set([...this.pending].filter((id) => id !== alarm.id));
    }
  }

  private open(alarm: Alarm): void {
    const [only] = alarm.reports;
    if (alarm.reports.length > 1) this.storm.show(alarm);
    else if (only !== undefined) this.dispatchEvent(new CustomEvent("choose", { detail: only }));
  }

  private async endDrill(): Promise<void> {
    try {
      await api("/api/v1/drill", { method: "POST", body: { active: false } });
    } catch (error) {
      this.desk.toast(faultText(asRefused(error)), "bad");
    }
  }

  private drill(): TemplateResult | typeof nothing {
    const { drill } = this.desk;
    if (drill === null) return nothing;
    return html`<div class="drill">${icon("eye")}<strong>${t("drill.on")}</strong>
      <span class="what">${drill.scenario === null ? "" : `${drill.scenario} · `}${t("drill.by", { name: drill.by.name, age: age(this.now - Date.parse(drill.since)) })}</span>
      ${this.desk.me.role === "supervisor" ? html`<button @click=${() => void this.endDrill()}>${t("drill.end")}</button>` : nothing}</div>`;
  }

  private row(alarm: Alarm): TemplateResult {
    const { acknowledged } = alarm;
    return html`<li class=${`level-${alarm.level} ${acknowledged === null ? "waits" : "taken"} ${this.fresh.has(alarm.id) && acknowledged === null ? "fresh" : ""}`} data-alarm=${alarm.id}>
      <span class="level">${icon(alarm.drill ? "eye" : LEVEL_ICONS[alarm.level])}<span>${t(alarm.drill ? "alarm.level.drill" : `alarm.level.${alarm.level}`)}</span></span>
      <span class="text" title=${this.text(alarm)}>${this.text(alarm)}</span>
      <time class="age" datetime=${alarm.raised_at}>${age(this.now - Date.parse(alarm.raised_at))}</time>
      ${alarm.reports.length > 0 ? html`<button @click=${() => this.open(alarm)}>${alarm.reports.length > 1 ? t("alarm.list", { n: alarm.count }) : t("alarm.open")}</button>` : nothing}
      ${acknowledged === null ? this.button(alarm) : html`<span class="by">${icon("check")}<span>${t("alarm.taken", { name: acknowledged.by.name })} ${moment(acknowledged.at)}</span></span>`}
    </li>`;
  }

  private button(alarm: Alarm): TemplateResult | typeof nothing {
    if (!this.mayAcknowledge) return html`<span class="by">${t("alarm.nobody")}</span>`;
    const first = nextWaiting(this.desk.alarms)?.id === alarm.id;
    const waits = this.pending.has(alarm.id);
    return html`<button class="first" ?disabled=${waits} @click=${() => void this.acknowledge(alarm)}>${waits ? t("pending") : t("alarm.take")} ${first ? html`<kbd>A</kbd>` : nothing}</button>`;
  }

  private list(alarms: Alarm[]): TemplateResult | typeof nothing {
    if (alarms.length === 0) return nothing;
    const waiting = alarms.filter((alarm) => alarm.acknowledged === null);
    // Where there is no room, one alarm is told and the others counted: the work below must stay in sight.
    const tight = matchMedia("(max-width: 700px), (max-height: 560px)").matches;
    const few = tight ? 1 : Math.min(waiting.length, SHOWN) + (waiting.length <= ROOMY ? 1 : 0);
    const shown = this.all ? alarms : alarms.slice(0, few);
    return html`<ul>${shown.map((alarm) => this.row(alarm))}</ul>
      <div class="foot">
        ${alarms.length > few ? html`<button class="link" aria-expanded=${this.all} @click=${() => { this.all = !this.all; }}>${this.all ? t("alarm.fewer") : t("alarm.more", { n: alarms.length - few })}</button>` : nothing}
        <button class="link" aria-pressed=${this.sound} @click=${() => { this.sound = !this.sound; allowSound(this.sound); }}>${t(this.sound ? "alarm.mute" : "alarm.sound")}</button>
      </div>`;
  }

  override render(): TemplateResult {
    const alarms = standing(this.desk.alarms);
    const nothingAtAll = alarms.length === 0 && this.desk.drill === null;
    return html`${nothingAtAll ? nothing : html`<section aria-label=${t("alarm.label")}>${this.drill()}${this.list(alarms)}</section>`}
      <ht-storm .desk=${this.desk} @choose=${(event: CustomEvent<string>) => this.dispatchEvent(new CustomEvent("choose", { detail: event.detail }))}></ht-storm>
      <p class="visually-hidden" role="alert">${this.news}</p>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-alarm-bar": AlarmBar } }
