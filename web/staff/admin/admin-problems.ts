import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon } from "../../shared/icons";
import { said, t } from "../../shared/preferences";
import { AdminElement } from "./admin-element";
import { findingWords } from "./fault-words";
import { formStyles } from "./form-styles";
import { SECTIONS, type Finding, type Section } from "./model";
import { namesIn } from "./names";

/** Everything that is wrong with the draft, errors first; each leads to its place. Fires `jump` ({section, code}). */
@customElement("ht-admin-problems")
export class AdminProblems extends AdminElement {
  static override styles = [controls, formStyles, css`
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-3); align-content: start; max-width: 64rem; } ul { display: grid; gap: var(--s-2); }
    li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: var(--s-3); align-items: center; padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
    li.error > .icon { color: var(--late); } li.warning > .icon { color: var(--soon); } li > div { display: grid; }
    @media (max-width: 700px) { li { grid-template-columns: auto minmax(0, 1fr); } li button { grid-column: 2; justify-self: start; } }
  `];

  private line(one: Finding): TemplateResult {
    const { document } = this.drafting;
    const known = (SECTIONS as readonly string[]).includes(one.section);
    const what = said(`admin.one.${one.section}`, one.section);
    const name = one.code === null ? "" : known ? namesIn(document, []).of(one.section as Section, one.code) : said(`admin.field.${one.code}`, said(`admin.one.${one.code}`, one.code));
    const leads = known || one.section === "settings";
    return html`<li class=${one.severity}>${icon("alarm")}<div><strong>${t(one.severity === "error" ? "admin.problems.error" : "admin.problems.warning")}: ${what}${name === "" ? "" : ` “${name}”`}</strong><span>${findingWords(one)}</span></div>
      ${leads && one.code !== null ? html`<button @click=${() => this.dispatchEvent(new CustomEvent("jump", { detail: { section: one.section, code: one.code } }))}>${t("admin.problems.open")}${icon("right")}</button>` : nothing}</li>`;
  }

  override render(): TemplateResult {
    const { findings, draft } = this.drafting;
    const order = (findings ?? []).toSorted((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
    return html`<div class="title"><h2>${t("admin.problems")}</h2></div>
      ${draft === null ? html`<p class="blank">${t("admin.try.no_draft")}</p>` : findings === null ? html`<p class="quiet">${t("admin.checking")}</p>` : order.length === 0 ? html`<p class="blank">${icon("published")} ${t("admin.problems.none")}</p>` : html`<ul>${order.map((one) => this.line(one))}</ul>`}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-admin-problems": AdminProblems } }
