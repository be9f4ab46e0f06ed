import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { currentLanguage, said, t } from "../../shared/preferences";
import { asRefused, type Refused } from "../../shared/problem";
import { AdminElement } from "./admin-element";
import { CALENDAR_PARTS } from "./calendar-parts";
import { clashes, merged, same } from "./compare-items";
import { Overtaken } from "./drafting";
import { faultWords, findingWords } from "./fault-words";
import { SIMPLE, type At, type Part } from "./form-part";
import { formStyles } from "./form-styles";
import { blank, fieldAt, FORMS, type FieldSpec, type Group, type Kind } from "./forms";
import { LEVELS } from "./level-parts";
import { find, keyOf, textOf, type Item, type Section } from "./model";
import { MORE } from "./more-parts";
import { nameOf, namesIn, type Names } from "./names";
import { placed } from "./order";
import { PICKS } from "./pick-parts";
import { questions } from "./question-part";
import { freeCode } from "./slug";
import { fieldName, valueWords } from "./value-words";

const PARTS: Partial<Record<Kind, Part>> = { ...SIMPLE, ...LEVELS, ...PICKS, ...MORE, ...CALENDAR_PARTS, questions };
export const NEW = "+";

/** One thing of the configuration as a form. What is typed is kept until it is saved into the draft or given up.
 *  Fires `saved` (its code), `gone` and `typed` (whether something is not saved yet). */
@customElement("ht-item-form")
export class ItemForm extends AdminElement {
  @property() section: Section = "categories";
  /** NEW for one that is not there yet. */
  @property() code = "";
  @property() above = "";
  @state() private item: Item | null = null;
  @state() private clash: Overtaken | null = null;
  @state() private fault: Refused | null = null;
  @state() private busy = false;
  @state() private shownSaved = false;
  private saw: Item | undefined;
  private shown = "";

  static override styles = [controls, formStyles];

  get dirty(): boolean {
    return this.item !== null && !same(this.item, this.saw ?? this.fresh());
  }

  private fresh(): Item {
    const above = this.drafting.document === null || this.above === "" ? undefined : find(this.drafting.document, this.section, this.above);
    const item = blank(this.section, above);
    // Only columns the server has.
    return Object.fromEntries(Object.entries(item).filter(([name]) => this.drafting.has(this.section, name)));
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { document } = this.drafting;
    if (document === null) return;
    const key = `${this.section}/${this.code}/${this.drafting.draft?.id ?? ""}`;
    const now = this.code === NEW ? undefined : find(document, this.section, this.code);
    if (key !== this.shown) {
      this.shown = key;
      this.clash = this.fault = null;
      this.shownSaved = false;
      this.saw = now;
      this.item = now ?? (this.code === NEW ? this.fresh() : null);
    } else if (this.code !== NEW && !this.dirty && now !== this.saw) {
      this.saw = now;
      this.item = now ?? null;
    }
  }

  private change(name: string, value: unknown, also: Item = {}): void {
    const was = this.dirty;
    this.item = { ...this.item, [name]: value, ...also };
    this.shownSaved = false;
    if (was !== this.dirty) this.dispatchEvent(new CustomEvent("typed", { detail: this.dirty }));
  }

  /** The item as it is sent: with a code, and an English name even where nobody wrote one. */
  private ready(item: Item): Item {
    const taken = (this.drafting.document?.[this.section] ?? []).map((one) => String(one["code"]));
    const english = textOf(item["name_en"]);
    const code = textOf(item["code"]) === "" ? freeCode(english === "" ? textOf(item["name"]) : english, taken) : item["code"];
    return { ...item, code, ...("name_en" in item && english === "" ? { name_en: item["name"] } : {}) };
  }

  async save(over = false): Promise<boolean> {
    if (this.item === null || this.busy) return false;
    const form = this.renderRoot.querySelector("form");
    if (!over && form?.reportValidity() === false) return false;
    const item = this.ready(this.item);
    const code = keyOf(this.section, item);
    if (this.code === NEW && this.drafting.document !== null && find(this.drafting.document, this.section, code) !== undefined) {
      this.drafting.say(t("admin.code.taken", { code }), "bad");
      return false;
    }
    this.busy = true;
    this.fault = null;
    try {
      await this.drafting.put(this.section, code, item, this.saw);
      // A new rule stands before the one that was looked at: the first that matches decides.
      if (this.code === NEW && this.above !== "" && this.section === "rules") await this.drafting.reorder("rules", placed(this.codes(), code, this.above), false);
      const stored = this.drafting.document === null ? item : (find(this.drafting.document, this.section, code) ?? item);
      this.item = this.saw = stored;
      this.clash = null;
      this.shownSaved = true;
      this.dispatchEvent(new CustomEvent("typed", { detail: false }));
      this.dispatchEvent(new CustomEvent("saved", { detail: code }));
      return true;
    } catch (error) {
      if (error instanceof Overtaken) this.clash = error;
      else this.fault = asRefused(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  private codes(): string[] {
    return (this.drafting.document?.[this.section] ?? []).map((one) => keyOf(this.section, one));
  }

  /** Gives up what was typed. */
  giveUp(): void {
    this.item = this.saw ?? (this.code === NEW ? this.fresh() : null);
    this.clash = this.fault = null;
    this.dispatchEvent(new CustomEvent("typed", { detail: false }));
    if (this.code === NEW) this.dispatchEvent(new CustomEvent("gone"));
  }

  private async keepBoth(): Promise<void> {
    const { clash, item } = this;
    if (clash === null || item === null) return;
    this.item = clash.saw === undefined || clash.now === undefined ? item : merged(clash.saw, clash.now, item);
    this.saw = clash.now;
    await this.save(true);
  }

  private takeTheirs(): void {
    this.saw = this.clash?.now;
    this.item = this.clash?.now ?? null;
    this.clash = null;
    this.dispatchEvent(new CustomEvent("typed", { detail: false }));
  }

  private wrong(name: string): string[] {
    const found = this.code === NEW ? [] : (this.drafting.findings ?? []).filter((one) => one.section === this.section && one.code === this.code && fieldAt(one.pointer, this.section) === name).map(findingWords);
    const refused = (this.fault?.problem.errors ?? []).filter((one) => fieldAt(one.pointer, this.section) === name).map((one) => currentLanguage() === "vi" ? (one.detail_vi ?? one.detail) : one.detail);
    return [...refused, ...found];
  }

  private field(spec: FieldSpec, item: Item, names: Names): TemplateResult | typeof nothing {
    const { drafting, section } = this;
    if (!drafting.has(section, spec.name) || spec.when?.(item) === false) return nothing;
    const part = PARTS[spec.kind];
    if (part === undefined) return nothing;
    const at: At = {
      spec, section, item, drafting, names, areas: drafting.areas, value: item[spec.name] ?? null, fresh: this.code === NEW, off: !drafting.writable, wrong: this.wrong(spec.name),
      set: (value, also) => this.change(spec.name, value, also),
    };
    return html`<div class=${spec.wide === true ? "wide" : ""} data-field=${spec.name}>${part(at)}</div>`;
  }

  private group(group: Group, item: Item, names: Names): TemplateResult | typeof nothing {
    const fields = group.fields.map((spec) => this.field(spec, item, names)).filter((one) => one !== nothing);
    if (fields.length === 0) return nothing;
    const inside = html`<div class="grid">${fields}</div>`;
    const title = html`<h3>${said(group.title, group.title)}</h3>`;
    return group.folded === true ? html`<details class="group" ?open=${item["external"] !== null && item["external"] !== undefined}><summary>${title}</summary>${inside}</details>` : html`<section class="group">${title}${inside}</section>`;
  }

  private clashTable(clash: Overtaken, names: Names): TemplateResult {
    const rows = clash.saw === undefined || clash.now === undefined || this.item === null ? [] : clashes(clash.saw, clash.now, this.item);
    const words = (name: string, value: unknown): string => valueWords(this.section, name, value, names);
    return html`<div class="note warn" role="alert"><strong>${clash.now === undefined ? t("admin.clash.gone") : t("admin.clash")}</strong><span>${t("admin.clash.kept")}</span>
      ${rows.length === 0 ? nothing : html`<div class="table-wrap"><table><thead><tr><th scope="col">${t("stale.field")}</th><th scope="col">${t("stale.before")}</th><th scope="col">${t("stale.after")}</th><th scope="col">${t("stale.wanted")}</th></tr></thead>
        <tbody>${rows.map((row) => html`<tr class=${row.both ? "clash" : ""}><th scope="row">${row.both ? icon("alarm") : nothing} ${fieldName(this.section, row.name)}</th><td>${words(row.name, row.saw)}</td><td><strong>${words(row.name, row.now)}</strong></td><td>${words(row.name, row.typed)}</td></tr>`)}</tbody></table></div>`}
      <div class="row"><button type="button" class="first" @click=${() => void this.keepBoth()}>${t("admin.clash.mine")}</button><button type="button" @click=${() => this.takeTheirs()}>${t("admin.clash.theirs")}</button></div></div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (this.drafting.writable && this.dirty) void this.save();
  };

  override render(): TemplateResult | typeof nothing {
    const { item, drafting } = this;
    if (item === null) return html`<p class="blank">${t("admin.item.gone")}</p>`;
    const names = namesIn(drafting.document, drafting.areas);
    const title = nameOf(item) === "" && this.code !== NEW ? this.code : nameOf(item) === "" ? t("admin.item.new", { what: said(`admin.one.${this.section}`, this.section) }) : nameOf(item);
    const loose = (drafting.findings ?? []).filter((one) => one.section === this.section && one.code === this.code && fieldAt(one.pointer, this.section) === null);
    return html`<form @submit=${(event: Event) => { event.preventDefault(); void this.save(); }} @keydown=${this.onKey} novalidate>
      <div class="title"><h2 tabindex="-1">${title}</h2>${item["active"] === false ? html`<span class="chip rejected">${icon("rejected")}${t("admin.retired")}</span>` : nothing}<slot name="title"></slot></div>
      ${loose.map((one) => html`<p class="note ${one.severity === "error" ? "bad" : "warn"}">${findingWords(one)}</p>`)}
      ${this.clash === null ? nothing : this.clashTable(this.clash, names)}
      ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${faultWords(this.fault)}</p>`}
      ${FORMS[this.section].map((group) => this.group(group, item, names))}
      <slot></slot>
      ${drafting.writable ? html`<div class="foot"><button class="first" ?disabled=${this.busy || !this.dirty}>${icon("check")}${t(this.busy ? "pending" : "admin.save")} <kbd>Ctrl S</kbd></button>
        <button type="button" ?disabled=${!this.dirty && this.code !== NEW} @click=${() => this.giveUp()}>${t("admin.give_up")}</button>
        <span role="status" class="quiet">${this.dirty ? t("admin.unsaved") : this.shownSaved ? t("admin.saved") : ""}</span><span class="gap"></span>
        ${this.code === NEW ? nothing : html`<button type="button" class="bare" @click=${() => this.dispatchEvent(new CustomEvent("remove", { detail: this.code }))}>${icon("trash")}<span>${t("admin.delete")}</span></button>`}</div>` : nothing}
    </form>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-item-form": ItemForm } }
