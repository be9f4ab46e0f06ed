import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { AdminElement } from "./admin-element";
import { same } from "./compare-items";
import { faultWords } from "./fault-words";
import { indented, options, typed } from "./form-part";
import { formStyles } from "./form-styles";

interface HotSpots { cases: number; metres: number; days: number }
/** What the software does where a city has decided nothing. */
const FIRST: HotSpots = { cases: 3, metres: 50, days: 90 };

/** Null for nothing said: the software's own then holds. */
function numbers(text: string): number[] | null {
  const found = [...new Set(text.split(/[^0-9]+/).filter((one) => one !== "").map(Number))].toSorted((a, b) => a - b);
  return found.length === 0 ? null : found;
}

function lines(text: string): string[] | null {
  const found = [...new Set(text.split("\n").map((one) => one.trim()).filter((one) => one !== ""))];
  return found.length === 0 ? null : found;
}

/** When a place where the same comes back becomes a hot spot: part of the draft like everything that is published. */
@customElement("ht-admin-settings")
export class AdminSettings extends AdminElement {
  @state() private typed: HotSpots | null = null;
  @state() private desk: string | null | undefined = undefined;
  @state() private warnings: string | null = null;
  @state() private bare: string | null = null;
  @state() private fault: string | null = null;
  @state() private busy = false;

  static override styles = [controls, formStyles, css`:host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-3); align-content: start; max-width: 64rem; } .sentence { font-size: var(--t-l); }`];

  get dirty(): boolean {
    return (this.typed !== null && !same(this.typed, this.stored())) || (this.desk !== undefined && this.desk !== (this.drafting.document?.default_desk ?? null)) || this.warnings !== null || this.bare !== null;
  }

  private stored(): HotSpots {
    return { ...FIRST, ...(this.drafting.document?.settings["hot_spots"] as Partial<HotSpots> | undefined) };
  }

  private reset(): void {
    this.typed = this.warnings = this.bare = null;
    this.desk = undefined;
  }

  /** How early people are warned, and which answers say nothing. */
  private others(settings: Record<string, unknown>, off: boolean): TemplateResult {
    const warnings = this.warnings ?? ((settings["warnings"] ?? []) as number[]).join(", ");
    const bare = this.bare ?? ((settings["bare_answers"] ?? []) as string[]).join("\n");
    return html`<section class="group"><h3>${t("admin.warnings.title")}</h3><label>${t("admin.warnings.label")}<input name="warnings" inputmode="numeric" placeholder="50, 80, 100" pattern="[0-9 ,]*" .value=${warnings} ?disabled=${off} @input=${(event: Event) => { this.warnings = typed(event); }}></label></section>
      <section class="group"><h3>${t("admin.bare.title")}</h3><label>${t("admin.bare.label")}<textarea name="bare_answers" rows="4" .value=${bare} ?disabled=${off} @input=${(event: Event) => { this.bare = typed(event); }}></textarea></label></section>`;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.drafting.document === null || !(event.currentTarget as HTMLFormElement).reportValidity()) return;
    this.busy = true;
    this.fault = null;
    try {
      const { settings: before, default_desk: desk } = this.drafting.document;
      const next = {
        ...before,
        ...(this.typed === null ? {} : { hot_spots: { ...(before["hot_spots"] as object | undefined), ...this.typed } }),
        ...(this.warnings === null ? {} : { warnings: numbers(this.warnings) }),
        ...(this.bare === null ? {} : { bare_answers: lines(this.bare) }),
      };
      await this.drafting.putSettings(next, this.desk === undefined ? desk : this.desk);
      this.reset();
      this.drafting.say(t("admin.saved"));
    } catch (error) {
      this.fault = faultWords(asRefused(error));
    }
    this.busy = false;
  }

  override render(): TemplateResult | typeof nothing {
    const { drafting } = this;
    if (drafting.document === null) return nothing;
    const now = this.typed ?? this.stored();
    const chosen = this.desk === undefined ? drafting.document.default_desk : this.desk;
    const field = (name: keyof HotSpots, least: number, most: number): TemplateResult => html`<label>${t(`admin.spots.${name}`)}<input class="narrow" type="number" name=${name} required min=${least} max=${most} .value=${String(now[name])} ?disabled=${!drafting.writable}
      @input=${(event: Event) => { this.typed = { ...now, [name]: Number(typed(event)) }; }}></label>`;
    return html`<div class="title"><h2>${t("admin.section.spots")}</h2></div>
      <form novalidate @submit=${(event: Event) => void this.save(event)}><section class="group"><p class="sentence" role="status">${t("admin.spots.sentence", { ...now })}</p>
        ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
        <div class="row">${field("cases", 2, 100)}${field("metres", 5, 2000)}${field("days", 1, 1095)}</div><p class="hint">${t("admin.spots.hint")}</p></section>
        <section class="group"><h3>${t("admin.one.default_desk")}</h3><label>${t("admin.desk")}<span class="hint">${t("admin.desk.hint")}</span><select name="default_desk" ?disabled=${!drafting.writable} .value=${chosen ?? ""} @change=${(event: Event) => { this.desk = typed(event) === "" ? null : typed(event); }}>${options([{ value: "", words: t("admin.agency.none") }, ...indented(drafting.document.agencies, "agencies")], chosen ?? "")}</select></label></section>
        ${this.others(drafting.document.settings, !drafting.writable)}
        ${drafting.writable ? html`<div class="foot"><button class="first" ?disabled=${!this.dirty || this.busy}>${icon("check")}${t("admin.save")}</button><button type="button" ?disabled=${!this.dirty} @click=${() => this.reset()}>${t("admin.give_up")}</button></div>` : nothing}</form>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-settings": AdminSettings } }
