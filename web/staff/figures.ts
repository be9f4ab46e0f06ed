import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import type { Account, AreaRef } from "../shared/model";
import { currentLanguage, locale, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { exact } from "../shared/times";
import { Catalogues } from "./catalogues";
import { filters, type Choice } from "./figures/filters";
import { address, asked, PARTS, type Figures, type Formulas } from "./figures/model";
import type { Told } from "./figures/numbers";
import { counts, days, overview, returns, spots, steps, workload } from "./figures/parts";
import type { FigureRows } from "./figures/rows";
import "./figures/rows";
import { figuresStyles } from "./figures/styles";
import { day } from "./figures/words";
import { preferenceButtons, signOutButton } from "./preference-buttons";
import { homeOf, signedIn, toLogin } from "./session";

/** The figures of the center: what was received, how long it took, what was in time, what comes back. */
@customElement("ht-figures")
export class FiguresRoom extends HtElement {
  @property({ attribute: false }) me!: Account;
  @state() private query = asked(location.search);
  @state() private found: Figures | null = null;
  @state() private formulas: Formulas = {};
  @state() private areas: Choice[] = [];
  @state() private busy = true;
  @state() private fault: string | null = null;
  @query("ht-figure-rows") private rows!: FigureRows;
  private readonly catalogues = new Catalogues();
  private calls = 0;

  static override styles = [controls, figuresStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("popstate", this.onAddress);
    void this.load();
    void this.catalogues.load().then(() => this.requestUpdate());
    // Without the list of areas the page still works; the filter then offers less.
    void api<{ areas: AreaRef[] }>("/api/v1/areas?kind=commune").then(({ areas }) => { this.areas = areas.map(({ code, name }) => ({ value: code, name })); }, () => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("popstate", this.onAddress);
  }

  private readonly onAddress = (): void => {
    this.query = asked(location.search);
    void this.load();
  };

  private readonly go = (next: URLSearchParams): void => {
    const written = next.toString();
    history.pushState(null, "", written === "" ? location.pathname : `?${written}`);
    this.onAddress();
  };

  private async load(): Promise<void> {
    this.calls += 1;
    const call = this.calls;
    this.busy = true;
    this.fault = null;
    try {
      const [found, formulas] = await Promise.all([
        api<Figures>(address("", this.query)),
        Object.keys(this.formulas).length > 0 ? this.formulas : api<Formulas>("/api/v1/figures/formulas"),
      ]);
      if (call !== this.calls) return;
      this.found = found;
      this.formulas = formulas;
    } catch (error) {
      if (call !== this.calls) return;
      const refused = asRefused(error);
      if (refused.status === 401) toLogin();
      const told = refused.status === 422 ? (refused.problem.errors ?? []).map((one) => `${one.pointer} ${one.detail}`).join("; ") : "";
      this.fault = told === "" ? t("figures.failed") : t("fault.input", { detail: told });
    }
    if (call === this.calls) this.busy = false;
  }

  private tools(found: Figures | null): TemplateResult {
    const month = found?.period.to.slice(0, 7) ?? "";
    return html`<div class="tools">
      <button ?disabled=${this.busy} @click=${() => void this.load()}>${t("figures.refresh")}</button>
      <a class="button" download href=${address("/all.xlsx", this.query, { lang: currentLanguage() })}>${t("figures.workbook")}</a>
      ${this.me.role === "agency" || month === "" ? nothing : html`<a class="button" download href="/api/v1/figures/monthly.pdf?month=${month}">${t("figures.monthly")} ${month.slice(5)}/${month.slice(0, 4)}</a>`}
      <button @click=${() => window.print()}>${t("figures.print")}</button></div>`;
  }

  private parts(found: Figures): TemplateResult {
    const told: Told = { formulas: this.formulas, query: this.query, open: ({ source, figure, what }) => this.rows.show(source, figure, what) };
    if (found.total.received === 0 && found.total.finished === 0) return html`<section class="blank"><p>${t("figures.empty")}</p></section>${spots(told, found)}`;
    const own = this.me.role === "agency";
    const tables = PARTS.filter((one) => !(own && one === "agencies")).map((one) => counts(told, one, found.tables[one]));
    return html`${overview(told, found)}${steps(told, found)}${days(told, found)}${tables}${workload(told, found)}${returns(told, found)}${spots(told, found)}`;
  }

  override render(): TemplateResult {
    const { found } = this;
    const own = this.me.role === "agency";
    return html`<header class="bar"><h1 class="brand">${icon("pin")}<span class="name">Hiện Trường</span><span class="room">${t("figures.title")}</span></h1><span class="gap"></span>
        <a class="button bare" href=${homeOf(this.me)} aria-label=${t(own ? "figures.room.agency" : "figures.room.desk")}>${icon("left")}<span>${t(own ? "figures.room.agency" : "figures.room.desk")}</span></a>${preferenceButtons()}${signOutButton()}</header>
      <main aria-busy=${this.busy}>
        ${filters({ query: this.query, period: found?.period ?? null, catalogues: this.catalogues, areas: this.areas, own, go: this.go })}
        ${found === null ? nothing : html`<p class="when"><strong>${day(found.period.from)} – ${day(found.period.to)}</strong><span class="quiet">${t("figures.at", { at: exact(found.at, locale()) })}</span>
          ${own ? html`<span class="quiet">${t("figures.own")}</span>` : nothing}</p>`}
        ${this.tools(found)}
        <p role="status" class=${this.busy ? "quiet" : "visually-hidden"}>${this.busy ? t("figures.loading") : ""}</p>
        ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault} <button class="link" @click=${() => void this.load()}>${t("action.again")}</button></p>`}
        ${found === null ? nothing : this.parts(found)}
      </main>
      <ht-figure-rows .home=${homeOf(this.me)}></ht-figure-rows>`;
  }
}

async function open(): Promise<void> {
  const account = await signedIn();
  if (account === null) return;
  const element = document.createElement("ht-figures");
  element.me = account;
  document.body.replaceChildren(element);
}

void open();

declare global { interface HTMLElementTagNameMap { "ht-figures": FiguresRoom } }
