import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { controls } from "../../shared/controls";
import { icon, type IconName } from "../../shared/icons";
import { t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { toInput } from "../../shared/times";
import { serverNow } from "../../shared/server-time";
import { preferenceButtons, signOutButton } from "../preference-buttons";
import "../mail-box";
import { homeOf, signedIn, toLogin } from "../session";
import { addressOf, placeIn, PLACES, type Place, type PlaceName } from "./address";
import "./admin-accounts";
import "./admin-areas";
import type { AdminConfirm } from "./admin-confirm";
import "./admin-confirm";
import { AdminElement } from "./admin-element";
import "./admin-problems";
import "./admin-readers";
import type { AdminSection } from "./admin-section";
import "./admin-section";
import type { AdminSettings } from "./admin-settings";
import "./admin-settings";
import { adminStyles } from "./admin-styles";
import "./admin-toasts";
import "./admin-versions";
import { summary } from "./difference-words";
import { Drafting, Overtaken } from "./drafting";
import { faultWords, findingWords } from "./fault-words";
import { options, typed } from "./form-part";
import { SECTIONS, type Section } from "./model";
import type { PublishDialog } from "./publish-dialog";
import "./publish-dialog";
import "./try-out";

const ICONS: Record<PlaceName, IconName> = {
  categories: "list", agencies: "building", rules: "route", area_sets: "map", calendars: "calendar", areas: "pin", reasons: "question", templates: "copy", accounts: "users", readers: "closed", spots: "alarm", versions: "clock", "try-out": "play", problems: "alarm",
};

/** The city's configuration: sections at the left, the draft's state always in view, everything tried out before it counts. */
@customElement("ht-admin")
export class Administration extends AdminElement {
  @state() private place: Place = placeIn(location.search);
  @state() private menu = false;
  @query("ht-admin-section") private section!: AdminSection | null;
  @query("ht-admin-settings") private settings!: AdminSettings | null;
  @query("ht-publish") private publishing!: PublishDialog;
  @query("ht-admin-confirm") private confirm!: AdminConfirm;

  static override styles = [controls, adminStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("popstate", this.onAddress);
    window.addEventListener("beforeunload", this.onUnload);
    void this.load(this.place.draft);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("popstate", this.onAddress);
    window.removeEventListener("beforeunload", this.onUnload);
  }

  private async load(draft: string | null): Promise<void> {
    await this.drafting.load(draft);
    if (this.drafting.fault?.status === 401) toLogin();
  }

  private readonly onAddress = (): void => {
    const before = this.place;
    this.place = placeIn(location.search);
    if (before.draft !== this.place.draft && this.place.draft !== (this.drafting.draft?.id ?? null)) void this.drafting.choose(this.place.draft);
  };

  private readonly onUnload = (event: BeforeUnloadEvent): void => {
    if (this.section?.unsaved === true || this.settings?.dirty === true) event.preventDefault();
  };

  /** Whether what was typed here may be lost, after asking where there is something. */
  private async mayLeave(): Promise<boolean> {
    if (this.section !== null) return this.section.mayLeave();
    if (this.settings?.dirty !== true) return true;
    return (await this.confirm.ask({ title: t("admin.leave"), text: t("admin.leave.text"), act: t("admin.leave.act") })) !== null;
  }

  /** Goes to another place, unless something typed would be lost and is wanted back. */
  private async go(change: Partial<Place>, replace = false): Promise<void> {
    if (!replace && !(await this.mayLeave())) return;
    this.place = { ...this.place, ...change };
    this.menu = false;
    history[replace ? "replaceState" : "pushState"](null, "", addressOf(this.place));
    if (!replace && change.name !== undefined) window.scrollTo({ top: 0 });
  }

  private async choose(id: string | null): Promise<void> {
    if (!(await this.mayLeave())) {
      this.requestUpdate();
      return;
    }
    await this.drafting.choose(id);
    await this.go({ draft: id }, true);
  }

  private async begin(): Promise<void> {
    const day = toInput(new Date(serverNow()).toISOString()).slice(5, 10).split("-").reverse().join("/");
    const name = await this.confirm.ask({ title: t("admin.draft.new"), text: t("admin.draft.new.text"), act: t("admin.draft.begin"), field: { label: t("admin.draft.name"), value: t("admin.draft.default", { day }), needed: true } });
    if (name === null || name === "") return;
    if (await this.drafting.begin(name)) await this.go({ draft: this.drafting.draft?.id ?? null }, true);
  }

  private async discard(): Promise<void> {
    const { draft } = this.drafting;
    if (draft === null) return;
    if ((await this.confirm.ask({ title: t("admin.draft.discard.ask", { name: draft.name }), text: t("admin.draft.discard.text"), act: t("admin.draft.discard") })) === null) return;
    if (await this.drafting.discard()) await this.go({ draft: null, item: null }, true);
  }

  private async undo(): Promise<void> {
    try {
      const undone = await this.drafting.undo();
      if (undone !== undefined) this.drafting.say(t("admin.undone"));
    } catch (error) {
      this.drafting.say(error instanceof Overtaken ? t("admin.fault.stale") : faultWords(asRefused(error)), "bad");
    }
  }

  private async published(): Promise<void> {
    this.drafting.say(t("admin.published"));
    this.drafting.draft = null;
    await this.drafting.load("");
    await this.go({ name: "versions", item: null, draft: null }, true);
  }

  private bar(): TemplateResult {
    const { drafting } = this;
    const { draft, drafts, findings, difference, published, me } = drafting;
    const errors = (findings ?? []).filter((one) => one.severity === "error").length;
    const state = findings === null || difference === null ? t("admin.checking") : summary(difference.length, errors, findings.length - errors);
    // Which draft it will be is not known before they have come.
    const coming = draft === null && drafting.busy > 0;
    const versionWords = published === null ? "" : t("admin.draft.live", { n: published.version });
    return html`<div class="draft ${draft === null ? "live" : ""}" role="region" aria-label=${t("admin.draft")}>
      <label class="which"><span class="visually-hidden">${t("admin.draft")}</span><select name="draft" .value=${draft?.id ?? ""} @change=${(event: Event) => void this.choose(typed(event) === "" ? null : typed(event))}>${options([{ value: "", words: versionWords }, ...drafts.map((one) => ({ value: one.id, words: t("admin.draft.called", { name: one.name }) }))], draft?.id ?? "")}</select></label>
      ${draft === null ? html`<span class="quiet">${coming ? t("admin.checking") : t(me.role === "admin" ? "admin.draft.none" : "admin.draft.reader")}</span>` : html`<button class="bare counts" @click=${() => void this.go({ name: "problems", item: null })} title=${t("admin.problems")}>${errors > 0 ? html`<span class="mark bad">${icon("alarm")}</span>` : icon("published")}<span role="status">${state}</span></button>`}
      <span class="gap"></span>
      ${me.role !== "admin" ? nothing : draft === null ? html`<button class="first" ?disabled=${published === null || coming} @click=${() => void this.begin()}>${icon("plus")}${t("admin.draft.new")}</button>` : html`
        <button class="bare small" ?disabled=${drafting.undos.length === 0 || drafting.busy > 0} @click=${() => void this.undo()}>${icon("undo")}<span>${t("action.undo")}</span></button>
        <button class="bare small" @click=${() => void this.discard()}>${icon("trash")}<span>${t("admin.draft.discard")}</span></button>
        <button class="bare small" @click=${() => void this.begin()}>${icon("plus")}<span>${t("admin.draft.another")}</span></button>`}
      ${draft === null ? nothing : html`<button @click=${() => void this.go({ name: "problems", item: null }).then(() => drafting.working(() => drafting.check()))}>${icon("check")}${t("admin.check")}</button><button @click=${() => void this.go({ name: "try-out", item: null })}>${icon("play")}${t("admin.try")}</button>`}
      ${draft === null || me.role !== "admin" ? nothing : html`<button class="first" @click=${() => void this.publishing.show()}>${icon("send")}${t("admin.publish")}</button>`}</div>`;
  }

  private nav(): TemplateResult {
    const item = (name: PlaceName): TemplateResult => html`<li><a href=${addressOf({ ...this.place, name, item: null })} aria-current=${this.place.name === name ? "page" : nothing} @click=${(event: MouseEvent) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); void this.go({ name, item: null }); }}>${icon(ICONS[name])}<span>${t(`admin.section.${name}`)}</span></a></li>`;
    return html`<nav aria-label=${t("admin.sections")} class=${this.menu ? "open" : ""}><button class="menu" aria-expanded=${this.menu} @click=${() => { this.menu = !this.menu; }}>${icon(ICONS[this.place.name])}<span>${t(`admin.section.${this.place.name}`)}</span>${icon("down")}</button>
      <ul>${PLACES.filter((name) => name !== "try-out" && name !== "problems").map(item)}</ul></nav>`;
  }

  private content(): TemplateResult | typeof nothing {
    const { drafting, place } = this;
    if (drafting.document === null) return drafting.fault === null ? html`<p class="quiet" role="status">${t("admin.loading")}</p>` : nothing;
    const jump = (event: CustomEvent<{ section: Section | "settings"; code: string }>): void => void this.go(event.detail.section === "settings" ? { name: "spots", item: null } : { name: event.detail.section, item: event.detail.code });
    if ((SECTIONS as readonly string[]).includes(place.name)) return html`<ht-admin-section .drafting=${drafting} section=${place.name} .code=${place.item} @item=${(event: CustomEvent<string | null>) => void this.go({ item: event.detail })}></ht-admin-section>`;
    switch (place.name) {
      case "areas": return html`<ht-admin-areas .drafting=${drafting}></ht-admin-areas>`;
      case "accounts": return html`<ht-admin-accounts .drafting=${drafting} .filter=${place.item ?? ""} @item=${() => void this.go({ item: null })}></ht-admin-accounts>`;
      case "readers": return html`<ht-admin-readers .drafting=${drafting}></ht-admin-readers>`;
      case "spots": return html`<ht-admin-settings .drafting=${drafting}></ht-admin-settings>`;
      case "versions": return html`<ht-admin-versions .drafting=${drafting} @published=${() => void this.published()}></ht-admin-versions>`;
      case "try-out": return html`<ht-try-out .drafting=${drafting}></ht-try-out>`;
      default: return html`<ht-admin-problems .drafting=${drafting} @jump=${jump}></ht-admin-problems>`;
    }
  }

  override render(): TemplateResult {
    const { drafting } = this;
    return html`<header class="bar"><h1 class="brand">${icon("pin")}<span class="name">Hiện Trường</span><span class="room">${t("admin.title")}</span></h1><span class="gap"></span>
        <a class="button bare" href=${homeOf({ ...drafting.me, role: "leader" })} aria-label=${t("figures.room.desk")}>${icon("left")}<span>${t("figures.room.desk")}</span></a><a class="button bare" href="/ioc/figures" aria-label=${t("figures.topbar")}>${icon("chart")}<span>${t("figures.topbar")}</span></a>
        ${preferenceButtons()}<span class="who" title=${drafting.me.username}>${icon("user")}<span>${drafting.me.name}</span></span>${signOutButton()}</header>
      ${this.bar()}
      <div class="body">${this.nav()}<main aria-busy=${drafting.busy > 0}>
        ${drafting.fault === null ? nothing : html`<p class="note bad" role="alert">${faultWords(drafting.fault)} <button class="link" @click=${() => void this.load(this.place.draft)}>${t("action.again")}</button></p>`}
        ${(drafting.published?.warnings ?? []).map((one) => html`<p class="note warn" role="status">${icon("alarm")}<span>${findingWords(one)}</span> <button class="link" @click=${() => void this.go({ name: "calendars", item: one.code })}>${t("admin.problems.open")}</button></p>`)}
        ${drafting.me.role === "admin" ? html`<ht-mail-box ?always=${this.place.name === "agencies" && this.place.item === null}></ht-mail-box>` : nothing}
        ${this.content()}</main></div>
      ${drafting.me.role === "admin" ? html`<ht-publish .drafting=${drafting} @published=${() => void this.published()}></ht-publish>` : nothing}<ht-admin-confirm></ht-admin-confirm><ht-admin-toasts .drafting=${drafting}></ht-admin-toasts>`;
  }
}

async function open(): Promise<void> {
  const account = await signedIn();
  if (account === null) return;
  if (account.role !== "admin" && account.role !== "leader") {
    location.replace(homeOf(account));
    return;
  }
  const element = document.createElement("ht-admin");
  element.drafting = new Drafting(account);
  document.body.replaceChildren(element);
}

void open();

declare global { interface HTMLElementTagNameMap { "ht-admin": Administration } }
