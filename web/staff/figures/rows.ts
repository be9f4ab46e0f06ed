import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { api } from "../../shared/api";
import { controls } from "../../shared/controls";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { currentLanguage, locale, named, said, t } from "../../shared/preferences";
import { exact } from "../../shared/times";
import { dialogStyles } from "../dialog-styles";
import type { Row, Rows } from "./model";
import { lasting, number } from "./words";

/** The reports behind a number, page by page; each of them opens at a desk. */
@customElement("ht-figure-rows")
export class FigureRows extends HtElement {
  /** Where a report opens: /ioc or /agency. */
  @property() home = "/ioc";
  @state() private what = "";
  @state() private source = "";
  @state() private rows: Row[] = [];
  @state() private count: number | null = null;
  @state() private next: string | null = null;
  @state() private busy = false;
  @state() private failed = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  private calls = 0;

  static override styles = [controls, dialogStyles, css`
    dialog { width: min(70rem, 100vw - 2rem); max-width: none; }
    .list { overflow: auto; max-height: min(65vh, 50rem); padding: 0 var(--s-4) var(--s-3); }
    table { border-collapse: collapse; width: 100%; min-width: 46rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: start; padding: var(--s-1) var(--s-2); border-bottom: 1px solid var(--line); vertical-align: top; }
    thead th { position: sticky; top: 0; background: var(--raised); color: var(--ink-2); font-size: var(--t-s); font-weight: 500; }
    .foot { flex-wrap: wrap; }
  `];

  /** Shows what is behind `figure` of the row at `source`; `what` names it. */
  show(source: string, figure: string, what: string): void {
    this.what = what;
    this.source = `${source}&figure=${encodeURIComponent(figure)}`;
    this.rows = [];
    this.count = null;
    this.next = null;
    this.dialog.showModal();
    void this.load();
  }

  private async load(): Promise<void> {
    this.calls += 1;
    const call = this.calls;
    this.busy = true;
    this.failed = false;
    try {
      const after = this.next === null ? "" : `&after=${encodeURIComponent(this.next)}`;
      const page = await api<Rows>(this.source + after);
      if (call !== this.calls) return;
      this.rows = [...this.rows, ...page.rows];
      this.count = page.count;
      this.next = page.next;
    } catch {
      if (call === this.calls) this.failed = true;
    }
    if (call === this.calls) this.busy = false;
  }

  private file(kind: "csv" | "xlsx"): string {
    return `${this.source.replace("/figures/rows?", `/figures/rows.${kind}?`)}&lang=${currentLanguage()}`;
  }

  private line(row: Row): TemplateResult {
    const lead = row.lead_name === null ? t("agency.none") : named({ name: row.lead_name, name_en: row.lead_name_en });
    return html`<tr><th scope="row"><a class="code" href="${this.home}?report=${row.code}">${row.code}</a></th>
      <td>${named({ name: row.category_name, name_en: row.category_name_en })}</td><td>${row.area_name ?? t("area.none")}</td><td>${lead}</td>
      <td>${said(`state.${row.state}`, row.state)}</td><td><time datetime=${row.received_at}>${exact(row.received_at, locale())}</time></td>
      <td><time datetime=${row.due_at}>${exact(row.due_at, locale())}</time></td>${row.took_min === null ? nothing : html`<td>${lasting(row.took_min)}</td>`}</tr>`;
  }

  private table(): TemplateResult {
    const timed = this.rows.some((row) => row.took_min !== null);
    const heads = [t("figures.code"), t("filter.category"), t("filter.area"), t("figures.lead"), t("figures.state"), t("figures.received_at"), t("figures.due_at"), ...(timed ? [t("figures.rows.took")] : [])];
    return html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${this.rows.map((row) => this.line(row))}</tbody></table>`;
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title"><form method="dialog"><div class="head"><h2 id="title">${t("figures.rows", { n: this.count === null ? "…" : number(this.count), what: this.what })}</h2><span></span>
        <button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
      <div class="list" tabindex="0" role="group" aria-labelledby="title" aria-busy=${this.busy}>${this.rows.length > 0 ? this.table() : nothing}
        ${this.count === 0 ? html`<p class="quiet">${t("figures.rows.none")}</p>` : nothing}
        ${this.busy ? html`<p class="quiet" role="status">${t("figures.rows.loading")}</p>` : nothing}
        ${this.failed ? html`<p class="note bad" role="alert">${t("figures.failed")} <button type="button" class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>` : nothing}</div>
      <div class="foot">${this.next !== null && !this.busy ? html`<button type="button" @click=${() => void this.load()}>${t("figures.rows.more")}</button>` : nothing}
        <a class="button" href=${this.file("csv")} download>${t("figures.csv")}</a><a class="button" href=${this.file("xlsx")} download>${t("figures.xlsx")}</a>
        <button class="first">${t("action.close_view")}</button></div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-figure-rows": FigureRows } }
