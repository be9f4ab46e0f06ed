import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { AdminElement } from "./admin-element";
import { faultWords } from "./fault-words";
import { fileField } from "./file-field";
import { typed } from "./form-part";
import { formStyles } from "./form-styles";
import { changesSomething, layerLines, type LayerImport } from "./layer-report";
import { textOf } from "./model";
import { nameOf } from "./names";
import { upload } from "./upload";

const COLUMNS = ["code_field", "name_field", "owner_field", "crs"] as const;

/** Layers of roads, parks, poles: a file is looked at first; taking it replaces the layer as a whole. */
@customElement("ht-admin-layers")
export class AdminLayers extends AdminElement {
  @state() private name = "";
  @state() private file: File | null = null;
  @state() private columns: Partial<Record<(typeof COLUMNS)[number], string>> = {};
  @state() private looked: LayerImport | null = null;
  @state() private done: LayerImport | null = null;
  @state() private fault: string | null = null;
  @state() private busy = false;

  static override styles = [controls, formStyles, css`:host { display: grid; grid-template-columns: minmax(0, 1fr); } form { gap: var(--s-3); } .columns { padding-top: var(--s-2); }`];

  /** Whatever is chosen anew has not been looked at. */
  private anew(): void {
    this.looked = this.done = null;
    this.fault = null;
  }

  private async send(form: HTMLFormElement | null, dry: boolean): Promise<void> {
    if (this.file === null || this.busy || form?.reportValidity() === false) return;
    const fields = new FormData();
    fields.append("file", this.file);
    fields.append("dry_run", String(dry));
    for (const name of COLUMNS) fields.append(name, this.columns[name] ?? "");
    this.busy = true;
    this.fault = this.done = null;
    try {
      const report = await upload<LayerImport>(`/api/v1/admin/layers/${encodeURIComponent(this.name)}`, fields);
      if (dry) this.looked = report;
      else {
        this.looked = null;
        this.done = report;
        this.drafting.say(t("admin.layers.saved", { layer: this.name }));
        await this.drafting.readLayers();
        // A rule that asks for the layer may be right now.
        this.drafting.checkSoon();
      }
    } catch (error) {
      this.looked = null;
      this.fault = faultWords(asRefused(error));
    }
    this.busy = false;
  }

  private report(report: LayerImport): TemplateResult {
    const bad = report.refused.length > 0;
    const words = !report.dry_run ? "admin.layers.done" : bad ? "admin.areas.look.bad" : changesSomething(report) ? "admin.areas.look.good" : "admin.layers.look.same";
    return html`<div class="note ${bad ? "bad" : "info"}" role="status"><strong>${t(words)}</strong>${layerLines(report).map((line) => html`<span>${line}</span>`)}</div>`;
  }

  private form(): TemplateResult {
    const { looked } = this;
    const known = this.drafting.layers.some((one) => one.layer === this.name);
    return html`<form novalidate @submit=${(event: Event) => { event.preventDefault(); void this.send(event.currentTarget as HTMLFormElement, looked === null); }}>
      <div class="row"><label>${t("admin.layers.name")}<span class="hint">${t("admin.layers.name.hint")}</span><input name="layer" class="code" list="layer-names" pattern="[a-z0-9][a-z0-9\\-]{0,39}" required placeholder="roads" spellcheck="false" autocapitalize="none" autocomplete="off" .value=${this.name} @input=${(event: Event) => { this.name = typed(event); this.anew(); }}></label>
        <datalist id="layer-names">${this.drafting.layers.map((one) => html`<option value=${one.layer}></option>`)}</datalist>
        ${fileField({ label: t("admin.layers.file"), name: "layer-file", file: this.file, required: true, pick: (file) => { this.file = file; this.anew(); } })}</div>
      <details><summary>${t("admin.layers.columns")}</summary><p class="hint">${t("admin.layers.columns.hint")}</p><div class="row columns">${COLUMNS.map((name) => html`<label>${t(`admin.layers.${name}`)}<input name=${name} autocomplete="off" spellcheck="false" .value=${this.columns[name] ?? ""} @input=${(event: Event) => { this.columns = { ...this.columns, [name]: typed(event) }; this.anew(); }}></label>`)}</div></details>
      <div class="row"><button type="button" class=${looked === null ? "first" : ""} ?disabled=${this.file === null || this.busy} @click=${(event: Event) => void this.send((event.currentTarget as HTMLButtonElement).form, true)}>${icon("eye")}${t("admin.layers.look")}</button>
        <button class=${looked === null ? "" : "first"} ?disabled=${looked === null || this.busy}>${icon("upload")}${t(known ? "admin.layers.replace" : "admin.layers.act")}</button></div>
      ${this.busy ? html`<p role="status" class="quiet">${t("pending")}</p>` : nothing}
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      ${looked === null ? nothing : this.report(looked)}${this.done === null ? nothing : this.report(this.done)}</form>`;
  }

  override render(): TemplateResult {
    const { layers, me, document } = this.drafting;
    const names = new Map((document?.agencies ?? []).map((one) => [textOf(one["code"]), nameOf(one)]));
    return html`<section class="group"><h3>${t("admin.layers")}</h3><p class="hint">${t("admin.layers.hint")}</p>
      ${layers.length === 0 ? html`<p class="quiet">${t("admin.layers.none")}</p>` : html`<table><thead><tr><th scope="col">${t("admin.near.layer")}</th><th scope="col">${t("admin.layers.count")}</th><th scope="col">${t("admin.layers.owners")}</th></tr></thead><tbody>${layers.map((one) => html`<tr><td class="code">${one.layer}</td><td class="number">${one.features ?? ""}</td><td>${(one.owners ?? []).map((owner) => names.get(owner) ?? owner).join(", ") || "—"}</td></tr>`)}</tbody></table>`}
      ${me.role === "admin" ? this.form() : nothing}</section>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-layers": AdminLayers } }
