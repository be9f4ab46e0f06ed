import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { fold } from "../../shared/fold";
import { categoryIcon, icon } from "../../shared/icons";
import { said, t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { styled } from "../styled";
import { AdminElement } from "./admin-element";
import "./admin-confirm";
import type { AdminConfirm } from "./admin-confirm";
import "./agency-keys";
import "./agency-members";
import { faultWords } from "./fault-words";
import { formStyles } from "./form-styles";
import { NEW, type ItemForm } from "./item-form";
import "./item-form";
import { changeOf, groupWords, nodes, ORDERED, rows, type Row } from "./item-rows";
import { find, type Section } from "./model";
import { nameOf, namesIn } from "./names";
import { placed, steppedInTree } from "./order";
import "./rule-test";

/** One section of the configuration: the list of its things, and the chosen one as a form. Fires `item` (a code, NEW or null). */
@customElement("ht-admin-section")
export class AdminSection extends AdminElement {
  @property() section: Section = "categories";
  @property() code: string | null = null;
  @state() private sought = "";
  @state() private above = "";
  @state() private carried: string | null = null;
  @query("ht-item-form") private form!: ItemForm | null;
  @query("ht-admin-confirm") private confirm!: AdminConfirm;

  static override styles = [controls, formStyles, css`
    :host { display: grid; grid-template-columns: minmax(16rem, 24rem) minmax(0, 1fr); gap: var(--s-5); min-height: 0; align-items: start; }
    :host([section="rules"]) { grid-template-columns: minmax(20rem, 32rem) minmax(0, 1fr); }
    .list { position: sticky; top: var(--stuck, 7rem); display: grid; grid-template-rows: auto auto minmax(0, 1fr); gap: var(--s-2); max-height: calc(100dvh - var(--stuck, 7rem) - var(--s-4)); }
    .head { display: flex; gap: var(--s-2); align-items: center; } .head h2 { flex: 1; font-size: var(--t-l); }
    ol { overflow-y: auto; border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); padding: var(--s-1); min-height: 4rem; }
    .order { padding: var(--s-2) var(--s-2) var(--s-1); font-size: var(--t-s); color: var(--ink-2); font-weight: 600; }
    li.row-line { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; border-radius: var(--r-m); }
    li.row-line.carried { opacity: 0.5; }
    .pickrow { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; justify-content: start; text-align: start; white-space: normal; align-items: center; gap: var(--s-2); width: 100%; min-height: 2.5rem; padding: var(--s-1) var(--s-2); border: 0; background: none; padding-inline-start: calc(var(--s-2) + var(--depth, 0) * 1.4rem); }
    .pickrow:hover { background: none; } li.row-line:hover { background: var(--hover); }
    .pickrow .icon { font-size: 1.2rem; color: var(--ink-2); } .pickrow .number { min-width: 1.5rem; color: var(--ink-2); text-align: end; } .pickrow .number:empty { min-width: 0; }
    .pickrow > .words { display: grid; min-width: 0; } .pickrow small { color: var(--ink-2); font-size: var(--t-s); font-weight: 400; line-height: 1.35; }
    .pickrow.retired .words > span { color: var(--ink-3); text-decoration: line-through; }
    .signs { display: inline-flex; gap: var(--s-1); flex-wrap: wrap; justify-content: end; }
    li.row-line:has([aria-current="true"]) { background: var(--accent-soft); }
    .moves { display: inline-flex; visibility: hidden; } .moves button { min-height: 1.75rem; width: 1.75rem; }
    li.row-line:hover .moves, li.row-line:focus-within .moves { visibility: visible; }
    .nothing { padding: var(--s-4); color: var(--ink-2); text-align: center; }
    .keys { font-size: var(--t-s); color: var(--ink-2); }
    .right { min-width: 0; display: grid; gap: var(--s-4); align-content: start; }
    .to-list { display: none; justify-self: start; }
    @media (pointer: coarse), (max-width: 1000px) { .moves { visibility: visible; } }
    @media (max-width: 1000px) {
      :host, :host([section="rules"]) { grid-template-columns: minmax(0, 1fr); }
      .list { position: static; max-height: none; } :host([chosen]) .list { display: none; } :host(:not([chosen])) .right .blank { display: none; }
      .to-list { display: inline-flex; } .to-list[hidden] { display: none; } .moves button { min-height: var(--target); width: var(--target); } .pickrow { min-height: var(--target); }
    }
  `];

  protected override updated(changed: PropertyValues): void {
    this.toggleAttribute("chosen", this.code !== null);
    if (changed.has("code") && this.code !== null && this.code !== NEW) this.renderRoot.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  }

  /** Whether something typed is not in the draft yet. */
  get unsaved(): boolean {
    return this.form?.dirty === true;
  }

  /** Whether leaving would lose something, after asking. */
  async mayLeave(): Promise<boolean> {
    if (this.form?.dirty !== true) return true;
    return (await this.confirm.ask({ title: t("admin.leave"), text: t("admin.leave.text"), act: t("admin.leave.act") })) !== null;
  }

  private go(code: string | null): void {
    this.dispatchEvent(new CustomEvent<string | null>("item", { detail: code }));
  }

  private add(): void {
    this.above = this.code === null || this.code === NEW ? "" : this.code;
    this.go(NEW);
  }

  private codes(): string[] {
    const { document } = this.drafting;
    return document === null ? [] : nodes(document[this.section], this.section).map((node) => node.code);
  }

  private async move(code: string, step: -1 | 1): Promise<void> {
    const { document } = this.drafting;
    if (document === null || !this.drafting.writable) return;
    const before = nodes(document[this.section], this.section);
    await this.reorder(steppedInTree(before, code, step), code);
  }

  private async reorder(order: readonly string[], code: string): Promise<void> {
    if (order.join("\n") === this.codes().join("\n")) return;
    await this.drafting.reorder(this.section, order);
    if (this.drafting.fault !== null) this.drafting.say(faultWords(this.drafting.fault), "bad");
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-code="${CSS.escape(code)}"]`)?.focus();
  }

  private onRowKey(event: KeyboardEvent, code: string): void {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    if (event.altKey && ORDERED.has(this.section)) return void this.move(code, step);
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>(".pickrow")];
    all[all.findIndex((one) => one.dataset["code"] === code) + step]?.focus();
  }

  private drop(event: DragEvent, before: string): void {
    event.preventDefault();
    const { carried } = this;
    this.carried = null;
    if (carried !== null && this.drafting.writable) void this.reorder(placed(this.codes(), carried, before), carried);
  }

  private async takeOut(code: string): Promise<void> {
    const { document } = this.drafting;
    const item = document === null ? undefined : find(document, this.section, code);
    if (item === undefined) return;
    if ((await this.confirm.ask({ title: t("admin.delete.ask", { name: nameOf(item) }), text: t("admin.delete.text"), act: t("admin.delete.act") })) === null) return;
    try {
      await this.drafting.put(this.section, code, null, item);
      this.drafting.say(t("admin.deleted", { name: nameOf(item) }));
      this.go(null);
    } catch (error) {
      this.drafting.say(faultWords(asRefused(error)), "bad");
    }
  }

  /** Whether the agency works behind a web hook, and this person makes its keys. */
  private hooked(code: string): boolean {
    const { document, me } = this.drafting;
    const external = document === null ? undefined : (find(document, "agencies", code)?.["external"] as { kind?: string } | null | undefined);
    return me.role === "admin" && external?.kind === "webhook";
  }

  private signs(row: Row): TemplateResult {
    const found = (this.drafting.findings ?? []).filter((one) => one.section === this.section && one.code === row.code);
    const changed = changeOf(this.drafting.difference, this.section, row.code);
    const errors = found.filter((one) => one.severity === "error").length;
    return html`<span class="signs">${errors > 0 ? html`<span class="chip late">${icon("alarm")}${t("admin.count.errors", { n: errors })}</span>` : found.length > 0 ? html`<span class="chip soon">${icon("alarm")}${t("admin.count.warnings", { n: found.length })}</span>` : nothing}
      ${changed === null ? nothing : html`<span class="chip held">${t(`admin.changed.${changed}`)}</span>`}</span>`;
  }

  private row(row: Row, movable: boolean): TemplateResult {
    return html`<li class="row-line ${this.carried === row.code ? "carried" : ""}" draggable=${movable && this.section === "rules" ? "true" : "false"} @dragstart=${() => { this.carried = row.code; }} @dragend=${() => { this.carried = null; }}
        @dragover=${(event: Event) => { if (this.carried !== null) event.preventDefault(); }} @drop=${(event: DragEvent) => this.drop(event, row.code)}>
      <button class="pickrow ${row.retired ? "retired" : ""}" data-code=${row.code} aria-current=${String(row.code === this.code)} ${styled({ "--depth": String(row.depth) })} @click=${() => this.go(row.code)} @keydown=${(event: KeyboardEvent) => this.onRowKey(event, row.code)}>
        ${row.icon === null ? html`<span class="number">${row.number ?? ""}</span>` : categoryIcon(row.code, row.icon)}
        <span class="words"><span>${row.label}</span>${row.detail === "" ? nothing : html`<small>${row.detail}</small>`}${row.retired ? html`<small>${t("admin.retired")}</small>` : nothing}</span>${this.signs(row)}</button>
      ${movable ? html`<span class="moves"><button class="bare square" tabindex="-1" aria-label="${t("admin.up")}: ${row.label}" @click=${() => void this.move(row.code, -1)}>${icon("up")}</button><button class="bare square" tabindex="-1" aria-label="${t("admin.down")}: ${row.label}" @click=${() => void this.move(row.code, 1)}>${icon("down")}</button></span>` : nothing}</li>`;
  }

  private list(all: readonly Row[]): TemplateResult {
    const sought = fold(this.sought);
    const found = sought === "" ? all : all.filter((row) => fold(`${row.label} ${row.detail} ${row.code}`).includes(sought));
    const movable = this.drafting.writable && ORDERED.has(this.section) && sought === "";
    const grouped = found.some((row) => row.group !== "");
    return html`<div class="list"><div class="head"><h2>${t(`admin.section.${this.section}`)} <span class="faint number">${all.length}</span></h2>
        ${this.drafting.writable ? html`<button @click=${() => this.add()}>${icon("plus")}${t("admin.add")}</button>` : nothing}</div>
      <input type="search" aria-label=${t("admin.search")} placeholder=${t("admin.search")} .value=${this.sought} @input=${(event: Event) => { this.sought = (event.currentTarget as HTMLInputElement).value; }}>
      <ol>${found.map((row, at) => html`${grouped && row.group !== found[at - 1]?.group ? html`<li class="order">${groupWords(row.group)}</li>` : nothing}${this.row(row, movable)}`)}
        ${found.length === 0 ? html`<li class="nothing">${all.length === 0 ? said(`admin.empty.${this.section}`, t("admin.empty")) : t("admin.not_found")}</li>` : nothing}</ol>
      ${movable ? html`<p class="keys">${t(this.section === "rules" ? "admin.keys.rules" : "admin.keys")}</p>` : nothing}</div>`;
  }

  override render(): TemplateResult | typeof nothing {
    const { drafting, section, code } = this;
    if (drafting.document === null) return nothing;
    const names = namesIn(drafting.document, drafting.areas);
    return html`${this.list(rows(drafting.document, section, names))}
      <div class="right"><button class="bare to-list" ?hidden=${code === null} @click=${() => this.go(null)}>${icon("left")}${t(`admin.section.${section}`)}</button>
        ${section === "rules" ? html`<p class="note info"><span>${t("admin.rules.how")}</span></p>` : nothing}
        ${code === null ? html`<p class="blank">${t("admin.choose", { what: t(`admin.section.${section}`) })}</p>` : html`<ht-item-form .drafting=${drafting} .section=${section} .code=${code} .above=${this.above}
          @saved=${(event: CustomEvent<string>) => { if (event.detail !== code) this.go(event.detail); }} @gone=${() => this.go(null)} @remove=${(event: CustomEvent<string>) => void this.takeOut(event.detail)}>
            ${section === "agencies" && code !== NEW ? html`<ht-agency-members .drafting=${drafting} .agency=${code}></ht-agency-members>` : nothing}${section === "agencies" && this.hooked(code) ? html`<ht-agency-keys .drafting=${drafting} .agency=${code}></ht-agency-keys>` : nothing}</ht-item-form>`}
        ${section === "rules" ? html`<ht-rule-test .drafting=${drafting}></ht-rule-test>` : nothing}</div>
      <ht-admin-confirm></ht-admin-confirm>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-section": AdminSection } }
