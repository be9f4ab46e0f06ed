import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { moment } from "../shared/due";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import { said, t } from "../shared/preferences";

interface Box { looked_at: string; worked_at: string | null; failing_since: string | null; why: string | null; error: string | null; left_behind: number; waiting: number; alarm_minutes: number }

const AGAIN_MS = 30_000;

/** How the city's own mail box is, where agencies' answers come in: nothing where the city has none, and nothing while it
 *  works unless it `always` says so. For supervisors and administrators. */
@customElement("ht-mail-box")
export class MailBox extends HtElement {
  @property({ type: Boolean }) always = false;
  @state() private box: Box | null = null;
  private timer = 0;

  static override styles = [controls, css`
    :host { display: grid; }
    .note { font-size: var(--t-s); } .line { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; }
    .said { overflow-wrap: anywhere; color: var(--ink-2); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.timer = window.setInterval(() => { if (!document.hidden) void this.load(); }, AGAIN_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  private async load(): Promise<void> {
    try {
      this.box = (await api<{ box: Box | null }>("/api/v1/mails/box")).box;
    } catch {
      // What was known stays; the screen around says by itself that there is no connection.
    }
  }

  override render(): TemplateResult | typeof nothing {
    const { box } = this;
    if (box === null) return nothing;
    const read = box.worked_at === null ? html`<span>${t("external.box.never")}</span>` : html`<span>${t("external.box.read")} ${moment(box.worked_at)}</span>`;
    const more = box.waiting === 0 ? nothing : html`<span>${t("external.box.waiting", { n: box.waiting })}</span>`;
    const left = box.left_behind === 0 ? nothing : html`<span>${t("external.box.left", { n: box.left_behind })}</span>`;
    if (box.failing_since !== null) {
      return html`<div class="note bad" role="status"><span class="line"><strong>${icon("alarm")} ${t("external.box.failing")}</strong><span>${said(`external.box.why.${box.why ?? ""}`, box.why ?? "")}</span></span>
        <span class="line"><span>${t("external.box.since")} ${moment(box.failing_since)}</span><span aria-hidden="true">·</span>${read}</span>
        ${box.error === null ? nothing : html`<span class="said">${t("external.box.said")} ${box.error}</span>`}<span>${t("external.box.what", { n: box.alarm_minutes })}</span></div>`;
    }
    if (box.left_behind > 0 || box.waiting > 0) return html`<div class="note warn" role="status"><span class="line">${icon(box.left_behind > 0 ? "alarm" : "clock")}${left}${more}${read}</span></div>`;
    return this.always ? html`<p class="line quiet">${icon("check")}<span>${t("external.box.works")}</span>${read}</p>` : nothing;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-mail-box": MailBox } }
