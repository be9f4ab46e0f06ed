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

/** When a place where the same comes back becomes a hot spot: part of the draft like everything that is published. */
@customElement("ht-admin-settings")
export class AdminSettings extends AdminElement {
  @state() private typed: HotSpots | null = null;
  @state() private desk: string | null | undefined = undefined;
  @state() private fault: string | null = null;
  @state() private busy = false;

  static override styles = [controls, formStyles, css`:host { display: grid; gap: var(--s-3); align-content: start; max-width: 64rem; } .sentence { font-size: var(--t-l); }`];

  get dirty(): boolean {
    return (this.typed !== null && !same(this.typed, this.stored())) || (this.desk !== undefined && this.desk !== (this.drafting.document?.default_desk ?? null));
  }

  private stored(): HotSpots {
    return { ...FIRST, ...(this.drafting.document?.settings["hot_spots"] as Partial<HotSpots> | undefined) };
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.drafting.document === null || !(event.currentTarget as HTMLFormElement).reportValidity()) return;
    this.busy = true;
    this.fault = null;
    try {
      const { settings: before, default_desk: desk } = this.drafting.document;
      const next = this.typed === null ? before : { ...before, hot_spots: { ...(before["hot_spots"] as object | undefined), ...this.typed } };
      await this.drafting.putSettings(next, this.desk === undefined ? desk : this.desk);
      this.typed = null;
      this.desk = undefined;
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
        ${drafting.writable ? html`<div class="foot"><button class="first" ?disabled=${!this.dirty || this.busy}>${icon("check")}${t("admin.save")}</button><button type="button" ?disabled=${!this.dirty} @click=${() => { this.typed = null; this.desk = undefined; }}>${t("admin.give_up")}</button></div>` : nothing}</form>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-settings": AdminSettings } }
