import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { currentLanguage, t } from "../../shared/preferences";
import { asRefused, type Refused } from "../../shared/problem";
import { AdminElement } from "./admin-element";
import { same } from "./compare-items";
import { faultWords, findingWords } from "./fault-words";
import { indented, options, typed } from "./form-part";
import { formStyles } from "./form-styles";
import type { LadderEditor, Wrong } from "./ladder-editor";
import "./ladder-editor";
import type { Ladders } from "./ladders";

interface HotSpots { cases: number; metres: number; days: number }
/** What the software does where a city has decided nothing. */
const FIRST: HotSpots = { cases: 3, metres: 50, days: 90 };
const DESK = "default_desk";

/** Null for nothing said: the software's own then holds. */
function numbers(text: string): number[] | null {
  const found = [...new Set(text.split(/[^0-9]+/).filter((one) => one !== "").map(Number))].toSorted((a, b) => a - b);
  return found.length === 0 ? null : found;
}

function lines(text: string): string[] | null {
  const found = [...new Set(text.split("\n").map((one) => one.trim()).filter((one) => one !== ""))];
  return found.length === 0 ? null : found;
}

/** The city's own settings (hot spots, default desk, warnings, ladders, bare answers): part of the draft like everything that is published. */
@customElement("ht-admin-settings")
export class AdminSettings extends AdminElement {
  /** What was typed and is not in the draft yet, by setting; the desk is beside them. */
  @state() private changed: Record<string, unknown> = {};
  /** As typed, until it can be read as numbers or lines. */
  @state() private texts: { warnings?: string; bare_answers?: string } = {};
  @state() private fault: Refused | null = null;
  @state() private busy = false;
  @query("ht-ladder-editor") private ladders!: LadderEditor;

  static override styles = [controls, formStyles, css`:host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-3); align-content: start; max-width: 64rem; } .sentence { font-size: var(--t-l); }`];

  get dirty(): boolean {
    return Object.entries(this.changed).some(([name, value]) => !same(value, this.stored(name)));
  }

  private stored(name: string): unknown {
    const { document } = this.drafting;
    return (name === DESK ? document?.default_desk : document?.settings[name]) ?? null;
  }

  private now(name: string): unknown {
    return name in this.changed ? this.changed[name] : this.stored(name);
  }

  private set(name: string, value: unknown): void {
    this.changed = { ...this.changed, [name]: value };
  }

  private reset(): void {
    this.changed = {};
    this.texts = {};
    this.fault = null;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.drafting.document === null || this.busy || !(event.currentTarget as HTMLFormElement).reportValidity() || !this.ladders.reportValidity()) return;
    this.busy = true;
    this.fault = null;
    try {
      const { [DESK]: desk = this.stored(DESK), ...settings } = this.changed;
      await this.drafting.putSettings({ ...this.drafting.document.settings, ...settings }, desk as string | null);
      this.reset();
      this.drafting.say(t("admin.saved"));
    } catch (error) {
      this.fault = asRefused(error);
    }
    this.busy = false;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (this.drafting.writable && this.dirty) (event.currentTarget as HTMLFormElement).requestSubmit();
  };

  /** What is wrong with a setting, with the place inside it. What the draft has is not told of while something else is typed. */
  private wrong(name: string): Wrong[] {
    const found = name in this.changed ? [] : (this.drafting.findings ?? []).filter((one) => one.section === "settings" && one.code === name).map((one) => ({ pointer: one.pointer.slice(name.length + 1), words: findingWords(one) }));
    const start = `/settings/${name}`;
    const refused = (this.fault?.problem.errors ?? []).filter(({ pointer }) => pointer === start || pointer.startsWith(`${start}/`))
      .map((one) => ({ pointer: one.pointer.slice(start.length), words: currentLanguage() === "vi" ? (one.detail_vi ?? one.detail) : one.detail }));
    return [...refused, ...found];
  }

  private told(name: string): TemplateResult | typeof nothing {
    const wrong = this.wrong(name);
    return wrong.length === 0 ? nothing : html`<span class="wrong" id="w-${name}">${wrong.map(({ words }) => html`<span>${words}</span>`)}</span>`;
  }

  private spots(off: boolean): TemplateResult {
    const now = { ...FIRST, ...(this.now("hot_spots") as Partial<HotSpots> | null) };
    const field = (name: keyof HotSpots, least: number, most: number): TemplateResult => html`<label>${t(`admin.spots.${name}`)}<input class="narrow" type="number" name=${name} required min=${least} max=${most} .value=${Number.isNaN(now[name]) ? "" : String(now[name])} ?disabled=${off}
      @input=${(event: Event) => this.set("hot_spots", { ...now, [name]: typed(event) === "" ? NaN : Number(typed(event)) })}></label>`;
    return html`<section class="group"><h3>${t("admin.field.hot_spots")}</h3><p class="sentence" role="status">${t("admin.spots.sentence", { ...now })}</p>
      <div class="row">${field("cases", 2, 100)}${field("metres", 5, 2000)}${field("days", 1, 1095)}</div><p class="hint">${t("admin.spots.hint")}</p>${this.told("hot_spots")}</section>`;
  }

  private desk(off: boolean): TemplateResult {
    const chosen = (this.now(DESK) ?? "") as string;
    const choices = [{ value: "", words: t("admin.agency.none") }, ...indented(this.drafting.document?.agencies ?? [], "agencies")];
    return html`<section class="group"><h3>${t("admin.one.default_desk")}</h3><label>${t("admin.desk")}<span class="hint">${t("admin.desk.hint")}</span><select name=${DESK} ?disabled=${off} .value=${chosen} @change=${(event: Event) => this.set(DESK, typed(event) === "" ? null : typed(event))}>${options(choices, chosen)}</select>${this.told(DESK)}</label></section>`;
  }

  private warnings(off: boolean): TemplateResult {
    const words = this.texts.warnings ?? ((this.now("warnings") ?? []) as number[]).join(", ");
    const put = (event: Event): void => {
      this.texts = { ...this.texts, warnings: typed(event) };
      this.set("warnings", numbers(typed(event)));
    };
    return html`<section class="group"><h3>${t("admin.warnings.title")}</h3><label>${t("admin.warnings.label")}<span class="hint">${t("admin.warnings.hint")}</span><input name="warnings" inputmode="numeric" placeholder="50, 80, 100" pattern="[0-9 ,]*" .value=${words} ?disabled=${off} aria-invalid=${this.wrong("warnings").length > 0} @input=${put}>${this.told("warnings")}</label></section>`;
  }

  private escalation(off: boolean): TemplateResult {
    const usual = (this.drafting.schemas["settings"]?.properties["escalation"]?.default ?? {}) as Ladders;
    return html`<section class="group"><h3>${t("admin.ladder.title")}</h3><p class="hint">${t("admin.ladder.hint")}</p>
      <ht-ladder-editor .value=${this.now("escalation") ?? {}} .usual=${usual} .wrong=${this.wrong("escalation")} ?disabled=${off} @change-ladders=${(event: CustomEvent<Ladders | null>) => this.set("escalation", event.detail)}></ht-ladder-editor></section>`;
  }

  private bare(off: boolean): TemplateResult {
    const words = this.texts.bare_answers ?? ((this.now("bare_answers") ?? []) as string[]).join("\n");
    const put = (event: Event): void => {
      this.texts = { ...this.texts, bare_answers: typed(event) };
      this.set("bare_answers", lines(typed(event)));
    };
    return html`<section class="group"><h3>${t("admin.bare.title")}</h3><label>${t("admin.bare.label")}<textarea name="bare_answers" rows="4" .value=${words} ?disabled=${off} @input=${put}></textarea>${this.told("bare_answers")}</label></section>`;
  }

  override render(): TemplateResult | typeof nothing {
    const { drafting } = this;
    if (drafting.document === null) return nothing;
    const off = !drafting.writable;
    return html`<div class="title"><h2>${t("admin.section.spots")}</h2></div>
      <form novalidate @submit=${(event: Event) => void this.save(event)} @keydown=${this.onKey}>
        ${this.fault === null ? nothing : html`<p class="note bad" role="alert">${faultWords(this.fault)}</p>`}
        ${this.spots(off)}${this.desk(off)}${this.warnings(off)}${this.escalation(off)}${this.bare(off)}
        ${drafting.writable ? html`<div class="foot"><button class="first" ?disabled=${!this.dirty || this.busy}>${icon("check")}${t(this.busy ? "pending" : "admin.save")} <kbd>Ctrl S</kbd></button><button type="button" ?disabled=${!this.dirty} @click=${() => this.reset()}>${t("admin.give_up")}</button>
          <span role="status" class="quiet">${this.dirty ? t("admin.unsaved") : ""}</span></div>` : nothing}</form>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-settings": AdminSettings } }
