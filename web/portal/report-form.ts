import { anything, entriesOf, fill, kindsOf } from "./entries";
import { clear, goTo, show, unanswered, warningOf, type Fault } from "./faults";
import { megabytes } from "./film-check";
import type { KindSearch } from "./kind-search";
import type { NearYou } from "./near-you";
import { currentDraft, discardDraft, enqueue, mend, newDraft, room, saveDraft, type Draft, type OutboxItem, type Problem } from "./outbox";
import { rememberKind } from "./own-kinds";
import { h, icon, need, t } from "./page";
import type { PhotoPicker } from "./photo-picker";
import type { PlacePicker } from "./place-picker";
import { reportOf } from "./report-body";
import { SendPanel } from "./send-panel";
import { Shelf } from "./shelf";
import type { VoiceNote } from "./voice-note";

/** With less than this free, a film may not fit any more. */
const LITTLE_ROOM = 80 * 1048576;

/** What the city refuses, in our words: by the part of the report it names. */
const REFUSALS: Record<string, string> = {
  category: "refused_category", location: "need_place", answers: "refused_answers", anonymous: "refused_anonymous", description: "refused_words",
};

/** The report form with scripts: whatever is entered is kept at once, and the outbox sends it. */
export class ReportForm extends HTMLElement {
  private draft: Draft = newDraft();
  private readonly shelf = new Shelf(() => this.draft, () => this.shelfChanged(), (held, free) => this.noRoom(held.name, held.file.size, free));
  private busy = false;
  private saving: Promise<boolean> | null = null;

  private get form(): HTMLFormElement { return need(this, "form"); }
  private get photos(): PhotoPicker { return need(this, "photo-picker"); }
  private get voice(): VoiceNote { return need(this, "voice-note"); }
  private get place(): PlacePicker { return need(this, "place-picker"); }
  private get near(): NearYou { return need(this, "near-you"); }
  private get state(): HTMLElement { return need(this, ".send-state"); }
  private get chosen(): HTMLElement | null { return this.form.querySelector<HTMLInputElement>('input[name="category"]:checked')?.closest<HTMLElement>(".kind") ?? null; }

  connectedCallback(): void {
    // Our own messages stand beside the fields and the button; the browser's bubbles cannot be read by everybody.
    this.form.noValidate = true;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); void this.send(); });
    this.photos.source = this.shelf;
    this.voice.source = this.shelf;
    for (const event of ["input", "change", "place"]) this.addEventListener(event, () => this.changed());
    this.addEventListener("change", (event) => { if (event.target instanceof HTMLInputElement && event.target.name === "category") this.seeExtra(); });
    this.addEventListener("placed", (event) => this.place.fromPhoto((event as CustomEvent<{ lon: number; lat: number }>).detail));
    this.addEventListener("unplaced", () => this.place.fromPhoneIfUnknown());
    this.addEventListener("likely", (event) => { need<KindSearch>(this, "kind-search").prefer((event as CustomEvent<string[]>).detail); });
    this.addEventListener("near", () => this.bar());
    this.addEventListener("send-new", () => { void this.send(); });
    this.addEventListener("followed", () => { void this.followed(); });
    for (const event of ["online", "offline"]) window.addEventListener(event, () => this.tellNetwork());
    // A language is another page: what is being written down comes with us.
    document.querySelector<HTMLAnchorElement>("[data-language]")?.addEventListener("click", (event) => { event.preventDefault(); void this.leaveFor(event.currentTarget as HTMLAnchorElement); });
    this.tellNetwork();
    void this.restore();
    void this.tellRoom();
  }

  private changed(): void {
    if (this.busy) return;
    this.lookAround();
    this.keep();
    // What was missing may be there now; saying it again is for the button.
    if (this.state.querySelector(".faults") !== null) { this.state.replaceChildren(); clear(this.form); }
    this.bar();
  }

  /** What a kind asks, and its warning first of all, must not open below the edge of the screen. */
  private seeExtra(): void {
    const extra = this.chosen?.querySelector<HTMLElement>(".extra");
    const warning = warningOf(this.chosen);
    (warning ?? extra)?.scrollIntoView({ block: warning === null ? "nearest" : "center" });
  }

  private lookAround(): void {
    const category = this.form.querySelector<HTMLInputElement>('input[name="category"]:checked')?.value ?? "";
    this.near.look(category, this.place.point, this.place.accuracy);
  }

  private shelfChanged(): void {
    // Called while the shelf is made, before there is a page to draw on.
    if (!this.isConnected) return;
    this.draft = { ...this.draft, media: this.shelf.list.map((held) => held.kept).filter((kept) => kept !== null) };
    if (this.shelf.list.length > 0) this.draft.capturedAt ??= new Date().toISOString();
    this.photos.show();
    this.voice.show();
    this.changed();
  }

  /** Writes the entries down now: whoever puts the phone away with this letter finds it again. The browser keeps the
   *  order of what is written. */
  private keep(): void {
    this.saving = saveDraft({ ...this.draft, entries: entriesOf(this.form) });
  }

  private async kept(): Promise<void> {
    await this.saving;
    await this.shelf.settled();
  }

  private async leaveFor(link: HTMLAnchorElement): Promise<void> {
    await this.kept();
    location.assign(link.href);
  }

  private async restore(): Promise<void> {
    const draft = await currentDraft();
    if (draft === null) { this.bar(); return; }
    this.draft = draft;
    if (draft.media.length === 0 && !anything(draft.entries)) { this.bar(); return; }
    fill(this.form, draft.entries);
    await this.shelf.restore();
    this.place.restored();
    this.lookAround();
    this.bar();
    if (draft.problem !== null) this.tellRefused(draft.problem);
    else this.tell("restored", icon("check"), h("p", {}, t("restored")), this.forgetting());
  }

  private forgetting(): HTMLElement {
    const id = this.draft.id;
    return h("button", { type: "button", class: "button quiet", onclick: () => { void this.kept().then(() => discardDraft(id)).then(() => location.assign("/new")); } }, t("forget"));
  }

  /** One notice of each sort above the form. */
  private tell(sort: string, ...parts: (Node | string)[]): void {
    const home = need<HTMLElement>(this, "[data-tell]");
    home.querySelector(`[data-sort="${sort}"]`)?.remove();
    if (parts.length > 0) home.append(h("div", { class: "notice", "data-sort": sort, role: "status" }, ...parts));
    home.hidden = home.children.length === 0;
  }

  private tellNetwork(): void {
    if (navigator.onLine) this.tell("network");
    else this.tell("network", icon("alert"), h("p", {}, t("offline_now")));
  }

  private async tellRoom(): Promise<void> {
    const { free } = await room().catch(() => ({ free: null }));
    if (free !== null && free < LITTLE_ROOM) this.tell("room", icon("alert"), h("p", {}, t("little_room", { mb: megabytes(free) })));
  }

  private noRoom(name: string, size: number, free: number | null): void {
    this.photos.complain(t("no_room", { name, mb: megabytes(size), free: free === null ? 0 : megabytes(free) }));
  }

  private tellRefused(problem: Problem): void {
    const reasons = (problem.errors ?? []).map((error) => t(REFUSALS[error.pointer.split("/")[1] ?? ""] ?? "refused_other", { detail: error.detail }));
    const said = reasons.length > 0 ? [...new Set(reasons)].join(" ") : t("refused_other", { detail: problem.detail ?? problem.title });
    this.tell("refused", icon("alert"), h("div", {}, h("h2", {}, t("refused_heading")), h("p", {}, said, " ", t("refused_kept"))));
  }

  /** The button says what it will do, and what has been done stands beside it. */
  private bar(): void {
    const row = need<HTMLElement>(this, ".send-row");
    const count = this.near.count;
    need(this, ".send span").textContent = t(count > 0 ? "send_new" : "send");
    row.querySelector(".see-near")?.remove();
    if (count === 0) return;
    row.prepend(h("button", { type: "button", class: "button see-near", onclick: () => { this.near.scrollIntoView({ block: "center" }); need<HTMLElement>(this.near, "h2").focus({ preventScroll: true }); } }, icon("people"), t("near_see", { n: count })));
  }

  /** What is still missing, in the order of the form. */
  private missing(): Fault[] {
    const kind = this.chosen;
    const words = need<HTMLTextAreaElement>(this, "textarea[name=description]");
    const search = need<HTMLElement>(this.place, "input[type=search]");
    const faults: Fault[] = [];
    if (kind === null) faults.push({ text: t("need_kind"), at: need<HTMLElement>(this, ".tile input") });
    const warning = warningOf(kind);
    if (warning !== null) faults.push({ text: t("need_calm"), at: need<HTMLElement>(warning, "[data-calm]") });
    if (kind !== null) faults.push(...unanswered(kind));
    if (this.place.point === null) faults.push({ text: t("need_place"), at: search });
    const told = this.shelf.list.some((held) => held.kind !== "audio" || this.voiceCounts);
    if (kind !== null && words.value.trim() === "") {
      if (kind.dataset["wordsRequired"] !== undefined) faults.push({ text: t("need_words_here"), at: words });
      else if (!told) faults.push({ text: t("need_words"), at: words });
    }
    return faults;
  }

  private get voiceCounts(): boolean { return this.chosen?.dataset["mute"] === undefined; }

  private async send(): Promise<void> {
    // A large photo may still be looked at, and the place is in it; a second touch meanwhile sends nothing of its own.
    await Promise.all([this.voice.stop(), this.photos.looked]);
    if (this.busy) return;
    clear(this.form);
    const faults = this.missing();
    const first = faults[0];
    if (first !== undefined) {
      this.state.replaceChildren(show(faults));
      goTo(first.at);
      return;
    }
    this.busy = true;
    const button = need(this, ".send");
    button.setAttribute("aria-disabled", "true");
    try {
      this.state.replaceChildren(h("p", {}, t("keeping")));
      // Where the city does not take a voice, it must not hear one.
      if (!this.voiceCounts) for (const held of this.shelf.of("audio")) this.shelf.remove(held);
      this.hand(await this.sealed());
    } catch {
      this.state.replaceChildren(h("p", { class: "bad" }, icon("alert"), t("not_kept")));
    } finally {
      this.busy = false;
      button.removeAttribute("aria-disabled");
    }
  }

  /** The draft as it goes to the outbox. */
  private async sealed(): Promise<OutboxItem> {
    await this.kept();
    const entries = entriesOf(this.form);
    const kind = this.chosen;
    const anonymous = kind?.dataset["named"] === undefined;
    const fields = reportOf(anonymous ? entries : entries.filter(([name]) => name !== "anonymous"), kindsOf(this.form));
    rememberKind(fields.category);
    const capturedAt = this.draft.capturedAt ?? new Date().toISOString();
    const title = kind === null ? fields.category : need(kind, ".tile span").textContent;
    return enqueue({ ...this.draft, capturedAt, entries, fields, title, media: await this.shelf.settled() });
  }

  private hand(item: OutboxItem): void {
    this.state.replaceChildren();
    const panel = new SendPanel();
    this.form.hidden = true;
    this.append(panel);
    panel.watch(item.id, () => { void this.comeBack(item.id, panel); });
  }

  /** The city refused it: the form is as it was, with the reason above it. */
  private async comeBack(id: string, panel: SendPanel): Promise<void> {
    const draft = await mend(id);
    panel.remove();
    this.form.hidden = false;
    if (draft === null) return;
    this.draft = draft;
    await this.shelf.restore();
    if (draft.problem !== null) this.tellRefused(draft.problem);
    need<HTMLElement>(this, "[data-tell]").scrollIntoView({ block: "center" });
  }

  private async followed(): Promise<void> {
    await this.kept();
    this.busy = true;
    await discardDraft(this.draft.id);
    this.form.hidden = true;
    const heading = h("h2", { tabindex: "-1" }, t("followed_heading"));
    this.append(h("div", { class: "notice good" }, icon("bell"), h("div", {}, heading, h("p", {}, t("followed_text")),
      h("p", { class: "actions" }, h("a", { class: "button primary", href: "/mine" }, t("followed_open")), h("a", { class: "button", href: "/" }, t("home"))))));
    heading.focus();
  }
}
