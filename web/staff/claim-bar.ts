import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import { everySecond } from "../shared/ticker";
import { clock } from "../shared/times";
import { serverNow } from "../shared/server-time";
import { ACTIONS, type Command } from "./actions";
import { holderOf } from "./allowed";
import { StaffElement } from "./staff-element";

const RENEW_SHARE = 0.5;
const RENEW_AT_MOST_MS = 60_000;

/** Who holds the case. While it is ours and open here, the lease is renewed; losing it says to whom. */
@customElement("ht-claim")
export class ClaimBar extends StaffElement {
  @property({ attribute: false }) report!: Report;
  @property({ attribute: false }) open: ReadonlySet<string> = new Set();
  @state() private now = serverNow();
  @state() private lostTo: string | null = null;
  private stop: (() => void) | null = null;
  private renewed = 0;
  private lapsed = false;

  static override styles = [controls, css`
    :host { display: block; }
    .bar { display: flex; align-items: center; gap: var(--s-3); min-height: 2.75rem; padding: var(--s-1) var(--s-4); background: var(--surface); border-bottom: 1px solid var(--line); font-size: var(--t-s); }
    .bar > span { flex: 1; min-width: 0; }
    .mine { background: var(--accent-soft); }
    .other { background: var(--soon-soft); }
    .lost { background: var(--late-soft); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = everySecond((now) => { this.now = now; this.renew(); });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const before = changed.get("report") as Report | undefined;
    if (!changed.has("report") || before === undefined) return;
    if (before.code !== this.report.code) {
      this.lostTo = null;
      this.renewed = 0;
      return;
    }
    const me = this.desk.me.username;
    const holder = holderOf(this.report, serverNow());
    if (before.claim?.by.username === me && holder !== null && holder.username !== me) {
      this.lostTo = holder.name;
      this.desk.toast(t("claim.lost", { name: holder.name }), "bad");
    } else if (holder?.username === me) {
      this.lostTo = null;
      this.lapsed = false;
    } else if (before.claim?.by.username === me && this.report.claim === null && Date.parse(before.claim.until) <= serverNow()) this.tellLapse();
  }

  /** Once, whether the clock here or the server noticed it first. */
  private tellLapse(): void {
    if (this.lapsed) return;
    this.lapsed = true;
    this.desk.toast(t("claim.lapsed", { code: this.report.code }), "bad");
  }

  private renew(): void {
    const claim = this.report.claim;
    // The lease ran out while nobody renewed it: the machine slept, or the line was down for too long.
    if (claim?.by.username === this.desk.me.username && Date.parse(claim.until) <= this.now && !this.desk.pending.has(this.report.code)) {
      this.tellLapse();
    }
    if (claim?.by.username !== this.desk.me.username || this.desk.connection !== "live" || document.hidden || this.desk.pending.has(this.report.code)) return;
    const left = Date.parse(claim.until) - this.now;
    const wait = Math.min(RENEW_AT_MOST_MS, left * RENEW_SHARE);
    if (left <= 0 || this.now - this.renewed < Math.max(5_000, wait)) return;
    this.renewed = this.now;
    this.desk.live.command("heartbeat", this.report.code, {}).then((report) => this.desk.take(report), () => undefined);
  }

  private button(command: Command): TemplateResult | typeof nothing {
    if (!this.open.has(command)) return nothing;
    const pending = this.desk.pending.get(this.report.code);
    return html`<button ?disabled=${pending !== undefined} data-command=${command} @click=${() => this.dispatchEvent(new CustomEvent("give", { detail: command }))}>
      ${pending === command ? t("pending") : t(`command.${command}`)} <kbd>${ACTIONS[command].key}</kbd></button>`;
  }

  override render(): TemplateResult | typeof nothing {
    const holder = holderOf(this.report, this.now);
    if (holder === null) {
      if (!this.open.has("claim")) return nothing;
      return html`<div class="bar"><span class="quiet">${t("claim.free")}</span>${this.button("claim")}</div>`;
    }
    const left = clock(Date.parse(this.report.claim?.until ?? "") - this.now, { d: t("unit.d"), h: t("unit.h") });
    if (holder.username === this.desk.me.username) {
      return html`<div class="bar mine"><span>${icon("hand")} ${t("claim.mine")} <span class="faint number">${t("claim.left", { time: left })}</span></span>${this.button("release")}</div>`;
    }
    return html`<div class="bar ${this.lostTo === null ? "other" : "lost"}"><span>${icon("hand")} <strong>${this.lostTo === null ? t("claim.by", { name: holder.name }) : t("claim.lost", { name: holder.name })}</strong>
      <span class="number quiet">${t("claim.left", { time: left })}</span></span>${this.button("take_over")}</div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-claim": ClaimBar } }
