import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { serverNow } from "../../shared/server-time";
import { toInput } from "../../shared/times";
import { AdminElement } from "./admin-element";
import "./admin-layers";
import { changed, changeWords, drawn, reportLines, type AreaImport, type AreaVersion, type Comparison } from "./area-changes";
import { fileField } from "./file-field";
import { faultWords } from "./fault-words";
import { options, ticked, typed } from "./form-part";
import { formStyles } from "./form-styles";
import { monthAfter } from "./month";
import { NOTHING } from "./geo-map";
import "./geo-map";
import { upload } from "./upload";

const KINDS = ["commune", "neighbourhood", "province"] as const;
type AreaKind = (typeof KINDS)[number];

/** Boundaries: a file is looked at first and imported after, with the day from which it holds; any two days compared on a map. */
@customElement("ht-admin-areas")
export class AdminAreas extends AdminElement {
  @state() private kind: AreaKind = "commune";
  @state() private versions: AreaVersion[] = [];
  @state() private file: File | null = null;
  @state() private from = `${monthAfter(toInput(new Date(serverNow()).toISOString()).slice(0, 7), 1)}-01`;
  @state() private complete = true;
  @state() private looked: AreaImport | null = null;
  @state() private done: AreaImport | null = null;
  @state() private busy = false;
  @state() private fault: string | null = null;
  @state() private pair: [string, string] | null = null;
  @state() private comparison: Comparison | null = null;

  static override styles = [controls, formStyles, css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-4); align-content: start; } .two { display: grid; grid-template-columns: minmax(16rem, 1fr) minmax(0, 2fr); gap: var(--s-4); } ht-geo-map { height: min(34rem, 60vh); }
    .key { display: flex; flex-wrap: wrap; gap: var(--s-4); font-size: var(--t-s); } .key i { display: inline-block; width: 1.6rem; border-top: 3px solid var(--accent); vertical-align: 0.25em; } .key i.was { border-top: 3px dashed var(--waiting); } .key i.hatch { border: 1px solid var(--accent); height: 0.8rem; vertical-align: -0.1em; background: repeating-linear-gradient(135deg, var(--accent) 0 2px, transparent 2px 6px); }
    .changes { display: grid; gap: var(--s-1); max-height: 30rem; overflow-y: auto; } .changes li { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; padding: var(--s-1) var(--s-2); border: 1px solid var(--line); border-radius: var(--r-s); }
    @media (max-width: 1000px) { .two { grid-template-columns: minmax(0, 1fr); } }
  `];

  protected override firstUpdated(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.versions = (await api<{ versions: AreaVersion[] }>(`/api/v1/admin/areas/versions?kind=${this.kind}`)).versions;
      const days = this.days();
      const [last, before] = [days[0], days[1]];
      this.pair = last === undefined || before === undefined ? null : [before, last];
      this.comparison = null;
      if (this.pair !== null) await this.compare(...this.pair);
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
  }

  private days(): string[] {
    return this.versions.map((one) => one.valid_from);
  }

  private async compare(a: string, b: string): Promise<void> {
    this.pair = [a, b];
    try {
      this.comparison = await api<Comparison>(`/api/v1/admin/areas/compare?kind=${this.kind}&a=${a}&b=${b}`);
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
  }

  private async send(dry: boolean): Promise<void> {
    if (this.file === null) return;
    const fields = new FormData();
    fields.append("file", this.file);
    for (const [name, value] of Object.entries({ kind: this.kind, valid_from: this.from, close_missing: String(this.complete), dry_run: String(dry) })) fields.append(name, value);
    this.busy = true;
    this.fault = this.done = null;
    try {
      const answer = await upload<AreaImport>("/api/v1/admin/areas/imports", fields);
      if (dry) this.looked = answer;
      else {
        this.done = answer;
        this.looked = this.file = null;
        this.drafting.say(t("admin.areas.imported"));
        await this.load();
      }
    } catch (error) {
      this.fault = faultWords(asRefused(error));
      this.looked = null;
    }
    this.busy = false;
  }

  private pickFile(file: File | null): void {
    this.file = file;
    this.looked = this.done = null;
    this.fault = null;
  }

  private importing(): TemplateResult {
    const { looked } = this;
    const empty = looked !== null && looked.added.length + looked.changed.length + (this.complete ? looked.missing.length : 0) === 0;
    const bad = looked !== null && looked.refused.length > 0;
    return html`<section class="group"><h3>${t("admin.areas.import")}</h3><p class="hint">${t("admin.areas.import.hint")}</p>
      <div class="row">${fileField({ label: t("admin.areas.file"), name: "areas-file", file: this.file, pick: (file) => this.pickFile(file) })}
        <label>${t("admin.areas.from")}<input type="date" name="valid-from" required .value=${this.from} @change=${(event: Event) => { this.from = typed(event); this.looked = null; }}></label></div>
      <label class="tick"><input type="checkbox" name="complete" .checked=${this.complete} @change=${(event: Event) => { this.complete = ticked(event); this.looked = null; }}><span>${t("admin.areas.complete")}<span class="hint">${t("admin.areas.complete.hint")}</span></span></label>
      <div class="row"><button class=${looked === null ? "first" : ""} ?disabled=${this.file === null || this.busy} @click=${() => void this.send(true)}>${icon("eye")}${t("admin.areas.look")}</button>
        <button class=${looked === null ? "" : "first"} ?disabled=${looked === null || empty || this.busy} @click=${() => void this.send(false)}>${icon("upload")}${t("admin.areas.act", { from: this.from.split("-").reverse().join("/") })}</button></div>
      ${this.busy ? html`<p role="status" class="quiet">${t("pending")}</p>` : nothing}
      ${looked === null ? nothing : html`<div class="note ${bad ? "bad" : "info"}" role="status"><strong>${t(empty ? "admin.areas.look.same" : bad ? "admin.areas.look.bad" : "admin.areas.look.good")}</strong>${reportLines(looked).map((words) => html`<span>${words}</span>`)}</div>`}
      ${this.done === null ? nothing : html`<div class="note info" role="status"><strong>${t("admin.areas.imported")}</strong>${reportLines(this.done).map((words) => html`<span>${words}</span>`)}</div>`}</section>`;
  }

  private comparing(): TemplateResult {
    const days = this.days();
    const { pair, comparison } = this;
    const words = (day: string): string => day.split("-").reverse().join("/");
    const choices = this.versions.map((one) => ({ value: one.valid_from, words: `${words(one.valid_from)}${one.upcoming ? ` (${t("admin.areas.upcoming")})` : one.in_force ? ` (${t("admin.areas.in_force")})` : ""}` }));
    if (days.length < 2 || pair === null) return html`<section class="group"><h3>${t("admin.areas.compare")}</h3><p class="quiet">${t("admin.areas.one", { n: this.versions[0]?.areas ?? 0, from: days[0] === undefined ? "" : words(days[0]) })}</p></section>`;
    const changes = comparison === null ? [] : changed(comparison);
    const shown = comparison === null ? NOTHING : drawn(comparison);
    return html`<section class="group"><h3>${t("admin.areas.compare")}</h3><div class="row"><label>${t("admin.areas.day.a")}<select .value=${pair[0]} @change=${(event: Event) => void this.compare(typed(event), pair[1])}>${options(choices, pair[0])}</select></label>
        <label>${t("admin.areas.day.b")}<select .value=${pair[1]} @change=${(event: Event) => void this.compare(pair[0], typed(event))}>${options(choices, pair[1])}</select></label></div>
      <div class="two"><div><p role="status"><strong>${t("admin.areas.changed", { n: changes.length })}</strong></p><ul class="changes">${changes.map((one) => html`<li><span class="chip ${one.change === "gone" ? "late" : one.change === "new" ? "done" : "held"}">${changeWords(one)}</span><span>${one.now ?? one.was}</span><span class="code quiet">${one.code}</span></li>`)}</ul></div>
        <div><ht-geo-map bare .shown=${shown} label=${t("admin.areas.compare")}></ht-geo-map><p class="key"><span><i class="was"></i> ${words(pair[0])}</span><span><i></i> ${words(pair[1])}</span><span><i class="hatch"></i> ${t("admin.areas.key.changed")}</span></p></div></div></section>`;
  }

  override render(): TemplateResult {
    const may = this.drafting.me.role === "admin";
    return html`<div class="title"><h2>${t("admin.section.areas")}</h2><span class="gap"></span><label class="unit">${t("admin.areas.kind")}<select .value=${this.kind} @change=${(event: Event) => { this.kind = typed(event) as AreaKind; this.looked = null; void this.load(); }}>${options(KINDS.map((value) => ({ value, words: t(`admin.areas.kind.${value}`) })), this.kind)}</select></label></div>
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      <p class="note info">${t("admin.areas.at_once")}</p>${may ? this.importing() : nothing}${this.comparing()}<ht-admin-layers .drafting=${this.drafting}></ht-admin-layers>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-areas": AdminAreas } }
