import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "./controls";
import { HtElement } from "./element";
import { icon } from "./icons";
import { locale, t } from "./preferences";
import { serverNow } from "./server-time";
import { everySecond } from "./ticker";
import { clock, exact, lateness, short } from "./times";

/** A due time that ticks: what is left or how late it is, in words, with the exact instant on hover. */
@customElement("ht-due")
export class Due extends HtElement {
  @property({ attribute: false }) due: string | null = null;
  @property({ attribute: false }) basis: string | null | undefined = null;
  /** Without "left": for narrow rows, where the clock's picture says it. */
  @property({ type: Boolean }) compact = false;
  @state() private now = serverNow();
  private stop: (() => void) | null = null;

  static override styles = [controls, css`
    :host { display: inline-flex; }
    .due { display: inline-flex; align-items: center; gap: 0.3em; font-variant-numeric: tabular-nums; font-weight: 500; color: var(--ink-2); white-space: nowrap; }
    .late { color: var(--late); font-weight: 600; }
    .soon { color: var(--soon); font-weight: 600; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = everySecond((now) => {
      // Only what shows seconds has to be drawn every second.
      if (Math.abs((this.due === null ? 0 : Date.parse(this.due)) - now) < 25 * 3600_000 || now - this.now > 30_000) this.now = now;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("due")) this.now = serverNow();
  }

  override render(): TemplateResult {
    if (this.due === null) return html`<span class="due">${t("due.none")}</span>`;
    const paused = this.basis === "paused";
    const how = lateness(this.due, this.now);
    const left = clock(Date.parse(this.due) - this.now, { d: t("unit.d"), h: t("unit.h") });
    const title = t(`due.basis.${paused ? "paused" : this.basis === "projected" ? "projected" : "running"}`, { at: exact(this.due, locale()) });
    if (paused) return html`<span class="due" title=${title}>${icon("pause")}${t("due.paused")}</span>`;
    return html`<span class="due ${how}" title=${title}>
      ${icon(how === "late" ? "alarm" : "clock")}<span>${how === "late" ? t(this.compact ? "due.late.short" : "due.late", { time: left }) : this.compact ? left : t("due.left", { time: left })}</span>
    </span>`;
  }
}

/** A past instant as the desk writes it, with the exact one on hover. */
export function moment(at: string): TemplateResult {
  return html`<time datetime=${at} title=${exact(at, locale())}>${short(at, serverNow(), locale())}</time>`;
}

/** How long ago, in the largest unit that says enough. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t("ago.seconds", { n: seconds });
  if (seconds < 3600) return t("ago.minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return t("ago.hours", { n: Math.floor(seconds / 3600) });
  return t("ago.days", { n: Math.floor(seconds / 86400) });
}

declare global { interface HTMLElementTagNameMap { "ht-due": Due } }
