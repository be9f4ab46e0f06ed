import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { locale, t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { exact } from "../../shared/times";
import type { AdminConfirm } from "./admin-confirm";
import "./admin-confirm";
import { AdminElement } from "./admin-element";
import { differenceList, differenceStyles } from "./difference-list";
import { faultWords } from "./fault-words";
import { options, typed } from "./form-part";
import { formStyles } from "./form-styles";
import type { ItemChange, Published, Version } from "./model";

/** Every version that was published, what changed between any two, and the way back. Fires `published` after a roll back. */
@customElement("ht-admin-versions")
export class AdminVersions extends AdminElement {
  @state() private versions: Version[] | null = null;
  @state() private fault: string | null = null;
  @state() private chosen: number | null = null;
  @state() private against: number | null = null;
  @state() private difference: { changes: ItemChange[]; after: Published; before: Published } | null = null;
  @query("ht-admin-confirm") private confirm!: AdminConfirm;

  static override styles = [controls, formStyles, differenceStyles, css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-4); align-content: start; } tr[aria-current="true"] { background: var(--accent-soft); } td.act { text-align: end; white-space: nowrap; } .note-cell { max-width: 40rem; overflow-wrap: anywhere; }
    .row select { width: auto; } td button + button { margin-inline-start: var(--s-2); }
  `];

  protected override firstUpdated(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.versions = (await api<{ versions: Version[] }>("/api/v1/admin/versions")).versions;
      this.fault = null;
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
  }

  private async compare(version: number, against: number): Promise<void> {
    this.chosen = version;
    this.against = against;
    this.difference = null;
    try {
      const [found, after, before] = await Promise.all([
        api<{ difference: ItemChange[] }>(`/api/v1/admin/versions/${version}/difference?with=${against}`), api<Published>(`/api/v1/admin/versions/${version}`), api<Published>(`/api/v1/admin/versions/${against}`),
      ]);
      this.difference = { changes: found.difference, after, before };
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
  }

  private async back(version: Version): Promise<void> {
    const note = await this.confirm.ask({ title: t("admin.back.title", { n: version.version }), text: t("admin.back.text", { at: exact(version.published_at, locale()) }), act: t("admin.back.act"),
      field: { label: t("admin.publish.note"), value: t("admin.back.note", { n: version.version }), needed: true } });
    if (note === null) return;
    try {
      await api(`/api/v1/admin/versions/${version.version}/roll-back`, { method: "POST", body: { note, base: this.versions?.[0]?.version ?? version.version } });
      this.drafting.say(t("admin.back.done", { n: version.version }));
      this.dispatchEvent(new CustomEvent("published"));
      await this.load();
    } catch (error) {
      this.drafting.say(faultWords(asRefused(error)), "bad");
    }
  }

  private row(version: Version, at: number, all: readonly Version[]): TemplateResult {
    const before = all[at + 1];
    return html`<tr aria-current=${String(version.version === this.chosen)}><td><strong>${t("admin.version", { n: version.version })}</strong> ${at === 0 ? html`<span class="chip done">${icon("check")}${t("admin.version.now")}</span>` : nothing}</td>
      <td class="number">${exact(version.published_at, locale())}</td><td>${version.by?.name ?? t("admin.version.found")}</td><td class="note-cell">${version.rolled_back_to === null ? nothing : html`<span class="chip">${icon("undo")}${t("admin.version", { n: version.rolled_back_to })}</span> `}${version.note}</td>
      <td class="act">${before === undefined ? nothing : html`<button @click=${() => void this.compare(version.version, before.version)}>${t("admin.version.changes")}</button>`}${at > 0 && this.drafting.me.role === "admin" ? html`<button @click=${() => void this.back(version)}>${icon("undo")}${t("admin.back.act")}</button>` : nothing}</td></tr>`;
  }

  private compared(all: readonly Version[]): TemplateResult {
    const { chosen, against, difference } = this;
    const choices = all.map((one) => ({ value: String(one.version), words: t("admin.version", { n: one.version }) }));
    return html`<section class="group"><div class="row"><label>${t("admin.version.of")}<select .value=${String(chosen)} @change=${(event: Event) => void this.compare(Number(typed(event)), against ?? 1)}>${options(choices, String(chosen))}</select></label>
      <label>${t("admin.version.with")}<select .value=${String(against)} @change=${(event: Event) => void this.compare(chosen ?? 1, Number(typed(event)))}>${options(choices, String(against))}</select></label></div>
      ${difference === null ? html`<p class="quiet">${t("admin.checking")}</p>` : differenceList(difference.changes, difference.after.document, difference.before.document, this.drafting.areas)}</section>`;
  }

  override render(): TemplateResult {
    const { versions } = this;
    return html`<div class="title"><h2>${t("admin.section.versions")}</h2></div>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault} <button class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>`}
      ${versions === null ? nothing : versions.length === 0 ? html`<p class="blank">${t("admin.versions.none")}</p>` : html`<div class="table-wrap carded"><table>
        <thead><tr><th scope="col">${t("admin.version.number")}</th><th scope="col">${t("admin.version.at")}</th><th scope="col">${t("admin.version.by")}</th><th scope="col">${t("admin.version.note")}</th><th scope="col"><span class="visually-hidden">${t("admin.version.act")}</span></th></tr></thead>
        <tbody>${versions.map((one, at) => this.row(one, at, versions))}</tbody></table></div>`}
      ${this.chosen === null || versions === null ? nothing : this.compared(versions)}
      <ht-admin-confirm></ht-admin-confirm>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-versions": AdminVersions } }
