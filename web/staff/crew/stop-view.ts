import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { moment } from "../../shared/due";
import "../../shared/due";
import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import type { OutboxItem } from "../../shared/outbox/types";
import { t } from "../../shared/preferences";
import { crewStyles } from "./crew-styles";
import { beforePicture } from "./day";
import { distanceWords } from "./distance";
import { dueOf, isOver, metresBetween, standing, type Stop } from "./stops";

/** One stop with three large buttons. Fires `back`, `arrived`, `form` (done or unable). */
@customElement("ht-stop")
export class StopView extends HtElement {
  @property({ attribute: false }) stop!: Stop;
  @property({ attribute: false }) items: readonly OutboxItem[] = [];
  @property({ attribute: false }) here: { lon: number; lat: number } | null = null;
  @state() private earlier: string | null = null;
  private picture = "";

  static override styles = [controls, crewStyles];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has("stop") || this.picture === this.stop.id) return;
    this.picture = this.stop.id;
    void beforePicture(this.stop).then((picture) => { this.earlier = picture; });
  }

  private say(name: string, detail?: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private buttons(): TemplateResult {
    const { state, refused } = standing(this.stop, this.items);
    if (isOver(state) && refused === null) return html`<p class="note info">${icon("check")} ${t(`task.${state}`)}${this.stop.result?.words ? html`<span class="said">${this.stop.result.words}</span>` : nothing}</p>`;
    return html`<div class="buttons">
      ${state === "open" ? html`<button class="big" data-arrived @click=${() => this.say("arrived")}>${icon("pin")}${t("crew.arrived")}</button>` : html`<p class="chip in_progress">${icon("in_progress")}<span>${t("task.under_way")}</span></p>`}
      <button class="first big" data-done @click=${() => this.say("form", "done")}>${icon("check")}${t("crew.done")}</button>
      <button class="big" data-unable @click=${() => this.say("form", "unable")}>${icon("cross")}${t("crew.unable")}</button></div>`;
  }

  override render(): TemplateResult {
    const { stop } = this;
    const at = stop.case.location;
    return html`<div class="buttons"><button class="bare" @click=${() => this.say("back")}>${icon("left")}${t("crew.back")}</button>
      <h2>${stop.what}</h2>
      <p class="facts">${stop.case.category_name} · <span class="code">${stop.case.code}</span></p>
      <p class="facts"><ht-due .due=${dueOf(stop)}></ht-due>${dueOf(stop) === null ? nothing : moment(dueOf(stop) ?? "")}</p>
      ${stop.note ? html`<p class="note said">${stop.note}</p>` : nothing}
      ${this.buttons()}
      <p class="facts">${icon("pin")} ${stop.case.place ?? stop.case.area?.name ?? ""} <span class="number">${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}</span>
        ${this.here === null ? nothing : html`<strong class="number">${t("crew.far", { far: distanceWords(metresBetween(this.here, at)) })}</strong>`}</p>
      <a class="button big" href=${`geo:${at.lat},${at.lon}?q=${at.lat},${at.lon}`}>${icon("route")}${t("case.way")}</a>
      ${stop.case.description === "" ? nothing : html`<p class="said">${stop.case.description}</p>`}
      ${this.earlier === null ? html`<p class="faint">${t("photo.none")}</p>` : html`<img class="before" src=${this.earlier} alt=${t("photo.before")}>`}</div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-stop": StopView } }
