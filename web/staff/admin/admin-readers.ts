import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { locale, t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { exact } from "../../shared/times";
import { accounts, type StaffAccount } from "./accounts-store";
import { AdminElement } from "./admin-element";
import { faultWords } from "./fault-words";
import { options, typed } from "./form-part";
import { formStyles } from "./form-styles";

interface Reader { username: string; name: string; role: string; named_by: string; named_at: string; by_category: string }
interface Lane { code: string; name: string; leaf: boolean; readers: Reader[]; unread: boolean }

/** Who may read the restricted lane, by name. Holds at once, and every change is in the journal. */
@customElement("ht-admin-readers")
export class AdminReaders extends AdminElement {
  @state() private lanes: Lane[] | null = null;
  @state() private staff: StaffAccount[] = [];
  @state() private fault: string | null = null;

  static override styles = [controls, formStyles, css`:host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-3); align-content: start; max-width: 64rem; } li.reader { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; min-height: 2.25rem; }`];

  protected override firstUpdated(): void {
    void this.load();
    accounts().then((found) => { this.staff = found.filter((one) => one.active && one.role !== "agency"); }, () => undefined);
  }

  private async load(): Promise<void> {
    try {
      this.lanes = (await api<{ categories: Lane[] }>("/api/v1/restricted/readers")).categories;
      this.fault = null;
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
  }

  private async name(lane: Lane, readers: readonly string[]): Promise<void> {
    try {
      this.lanes = (await api<{ categories: Lane[] }>("/api/v1/restricted/readers", { method: "PUT", body: { category: lane.code, readers } })).categories;
      this.drafting.say(t("admin.readers.saved", { name: lane.name }));
    } catch (error) {
      this.drafting.say(faultWords(asRefused(error)), "bad");
    }
  }

  private lane(lane: Lane, may: boolean): TemplateResult {
    const own = lane.readers.filter((one) => one.by_category === lane.code).map((one) => one.username);
    const free = this.staff.filter((one) => !lane.readers.some((reader) => reader.username === one.username));
    return html`<section class="group"><div class="title"><h3>${icon("closed")} ${lane.name}</h3>${lane.unread ? html`<span class="chip late">${icon("alarm")}${t("admin.readers.unread")}</span>` : nothing}</div>
      <ul>${lane.readers.map((one) => html`<li class="reader">${icon("user")}<strong>${one.name}</strong><span class="code quiet">${one.username}</span><span class="quiet">${t("admin.readers.by", { by: one.named_by, at: exact(one.named_at, locale()) })}</span>
        ${one.by_category !== lane.code ? html`<span class="chip">${t("admin.readers.above")}</span>` : may ? html`<button class="bare square" aria-label="${t("admin.remove")}: ${one.name}" @click=${() => void this.name(lane, own.filter((username) => username !== one.username))}>${icon("cross")}</button>` : nothing}</li>`)}</ul>
      ${may && free.length > 0 ? html`<label>${t("admin.readers.add")}<select .value=${""} @change=${(event: Event) => { const username = typed(event); (event.currentTarget as HTMLSelectElement).value = ""; if (username !== "") void this.name(lane, [...own, username]); }}>${options([{ value: "", words: t("choose") }, ...free.map((one) => ({ value: one.username, words: `${one.name} (${t(`role.${one.role}`)})` }))], "")}</select></label>` : nothing}</section>`;
  }

  override render(): TemplateResult {
    const may = this.drafting.me.role === "admin";
    return html`<div class="title"><h2>${t("admin.section.readers")}</h2></div><p class="note info">${t("admin.readers.text")}</p>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault} <button class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>`}
      ${this.lanes === null ? nothing : this.lanes.length === 0 ? html`<p class="blank">${t("admin.readers.none")}</p>` : this.lanes.map((lane) => this.lane(lane, may))}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-readers": AdminReaders } }
