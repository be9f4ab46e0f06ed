/** The draft this screen works on: what is in it, what is wrong with it, and every write into it. Draws nothing. */
import { api } from "../../shared/api";
import type { Account, AreaRef } from "../../shared/model";
import { asRefused, Refused } from "../../shared/problem";
import { same } from "./compare-items";
import type { Definition } from "./month";
import { find, keyOf, type Document, type Draft, type DraftHead, type Finding, type Item, type ItemChange, type Published, type Section } from "./model";

const ROOT = "/api/v1/admin";
/** A changed list is checked again once the hand rests. */
const REST_MS = 400;

export type Schemas = Partial<Record<string, { properties: Record<string, { default?: unknown }> }>>;
export type Settings = Pick<Document, "settings" | "default_desk">;
export interface Undo { section: Section | "settings"; code: string; was: Item | null; now: Item | null; order?: readonly string[]; settings?: Settings }
/** Somebody changed the same item meanwhile: as the form first saw it, and as it is now (undefined: gone). */
export class Overtaken extends Error {
  constructor(readonly saw: Item | undefined, readonly now: Item | undefined) {
    super("overtaken");
    this.name = "Overtaken";
  }
}

export interface LayerHead { layer: string; features?: number; owners?: string[] }
export interface Toast { id: number; kind: "done" | "bad" | "note"; text: string }
const TOAST_MS = 8_000;
const MOST_TOASTS = 3;


export class Drafting {
  published: Published | null = null;
  drafts: DraftHead[] = [];
  draft: Draft | null = null;
  findings: Finding[] | null = null;
  difference: ItemChange[] | null = null;
  /** Another version was published since this draft began. */
  outdated = false;
  schemas: Schemas = {};
  fault: Refused | null = null;
  busy = 0;
  undos: Undo[] = [];
  layers: LayerHead[] = [];
  areas: AreaRef[] = [];
  toasts: Toast[] = [];
  private said = 0;
  private readonly watchers = new Set<() => void>();
  private timer = 0;

  constructor(readonly me: Account) {}

  watch(tell: () => void): () => void {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }

  tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  /** A short notice at the bottom of the screen. */
  say(text: string, kind: Toast["kind"] = "done"): void {
    this.said += 1;
    const toast = { id: this.said, kind, text };
    this.toasts = [...this.toasts.slice(1 - MOST_TOASTS), toast];
    window.setTimeout(() => this.dismiss(toast.id), TOAST_MS);
    this.tell();
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((one) => one.id !== id);
    this.tell();
  }

  /** The calendar with its country's public holidays of these years; nothing is kept. */
  async holidays(definition: Definition, years: readonly number[]): Promise<Definition> {
    return (await api<{ definition: Definition }>(`${ROOT}/holidays`, { method: "POST", body: { definition, years } })).definition;
  }

  get document(): Document | null {
    return this.draft?.document ?? this.published?.document ?? null;
  }

  /** Whether this person may change what is shown. */
  get writable(): boolean {
    return this.me.role === "admin" && this.draft !== null;
  }

  /** Whether the server's items of this section have the column. */
  has(section: Section, name: string): boolean {
    return name in (this.schemas[section]?.properties ?? {});
  }

  async load(wanted: string | null): Promise<void> {
    await this.working(async () => {
      const [published, drafts, schemas] = await Promise.all([
        api<Published>(`${ROOT}/configuration`), api<{ drafts: DraftHead[] }>(`${ROOT}/drafts`), api<{ sections: Schemas }>(`${ROOT}/schemas`),
      ]);
      this.published = published;
      this.drafts = drafts.drafts;
      this.schemas = schemas.sections;
      // Without them the screens still work; forms then offer less.
      void api<{ areas: AreaRef[] }>("/api/v1/areas?kind=commune").then(({ areas }) => { this.areas = areas; this.tell(); }, () => undefined);
      void this.readLayers();
      const chosen = this.drafts.find((one) => one.id === wanted) ?? (wanted === null ? this.drafts[0] : undefined);
      if (chosen !== undefined) await this.take(chosen.id);
    });
  }

  async readLayers(): Promise<void> {
    await api<{ layers: LayerHead[] }>(`${ROOT}/layers`).then(({ layers }) => { this.layers = layers; this.tell(); }, () => undefined);
  }

  private async take(id: string): Promise<void> {
    this.draft = await api<Draft>(`${ROOT}/drafts/${id}`);
    await this.check();
  }

  async choose(id: string | null): Promise<void> {
    this.undos = [];
    this.findings = null;
    this.difference = null;
    if (id === null) this.draft = null;
    else await this.working(() => this.take(id));
    this.tell();
  }

  async begin(name: string): Promise<boolean> {
    return this.working(async () => {
      const made = await api<DraftHead>(`${ROOT}/drafts`, { method: "POST", body: { name } });
      this.drafts = [made, ...this.drafts];
      this.undos = [];
      await this.take(made.id);
    });
  }

  async discard(): Promise<boolean> {
    const { draft } = this;
    if (draft === null) return false;
    return this.working(async () => {
      await api(`${ROOT}/drafts/${draft.id}`, { method: "DELETE" });
      this.drafts = this.drafts.filter((one) => one.id !== draft.id);
      this.draft = null;
      this.findings = null;
      this.difference = null;
      this.undos = [];
    });
  }

  /** Problems and difference of the draft as it is now. */
  async check(): Promise<void> {
    const { draft } = this;
    if (draft === null) return;
    const [problems, difference] = await Promise.all([
      api<{ problems: Finding[] }>(`${ROOT}/drafts/${draft.id}/problems`), api<{ difference: ItemChange[]; outdated: boolean }>(`${ROOT}/drafts/${draft.id}/difference`),
    ]);
    if (this.draft?.id !== draft.id) return;
    this.findings = problems.problems;
    this.difference = difference.difference;
    this.outdated = difference.outdated;
    this.tell();
  }

  /** Writes an item (null: takes it out). `saw` is the item as the form first showed it. Throws Overtaken or Refused. */
  async put(section: Section, code: string, item: Item | null, saw: Item | undefined, remember = true): Promise<void> {
    const draft = this.open();
    this.busy += 1;
    this.tell();
    try {
      await this.send(section, code, item, saw);
      if (remember) this.undos.push({ section, code, was: saw ?? null, now: item });
    } finally {
      this.busy -= 1;
      this.tell();
    }
    if (this.draft?.id === draft.id) this.checkSoon();
  }

  private async send(section: Section, code: string, item: Item | null, saw: Item | undefined): Promise<void> {
    const draft = this.open();
    const path = `${ROOT}/drafts/${draft.id}/${section}/${encodeURIComponent(code)}`;
    try {
      await this.write(path, item === null ? "DELETE" : "PUT", item ?? undefined, draft);
    } catch (error) {
      const refused = asRefused(error);
      if (refused.status !== 409) throw refused;
      const fresh = await api<Draft>(`${ROOT}/drafts/${draft.id}`);
      this.draft = fresh;
      const now = find(fresh.document, section, code);
      // Others changed something else: what was typed here goes through.
      if (!same(now ?? null, saw ?? null)) throw new Overtaken(saw, now);
      await this.write(path, item === null ? "DELETE" : "PUT", item ?? undefined, fresh);
    }
    this.patch(section, code, item);
  }

  private open(): Draft {
    if (this.draft === null) throw new Refused({ type: "/problems/client", title: "no draft", status: 0 });
    return this.draft;
  }

  private async write(path: string, method: string, body: unknown, draft: Draft): Promise<void> {
    const { revision } = await api<DraftHead>(path, { method, headers: { "If-Match": `"${draft.revision}"` }, ...(body === undefined ? {} : { body }) });
    this.draft = { ...draft, revision };
  }

  private patch(section: Section, code: string, item: Item | null): void {
    const draft = this.open();
    const items = draft.document[section];
    const at = items.findIndex((one) => keyOf(section, one) === code);
    const next = item === null ? items.filter((_, place) => place !== at) : at < 0 ? [...items, item] : items.map((one, place) => (place === at ? item : one));
    this.draft = { ...draft, document: { ...draft.document, [section]: next } };
  }

  async reorder(section: Section, codes: readonly string[], remember = true): Promise<void> {
    const draft = this.open();
    const before = draft.document[section].map((item) => keyOf(section, item));
    const done = await this.working(async () => {
      await this.write(`${ROOT}/drafts/${draft.id}/order/${section}`, "PUT", { codes, revision: draft.revision }, draft);
      await this.refresh();
      if (remember) this.undos.push({ section, code: "", was: null, now: null, order: before });
    });
    if (!done && this.fault?.status === 409) await this.refresh();
    this.checkSoon();
  }

  async putSettings(settings: Record<string, unknown>, desk: string | null, remember = true): Promise<void> {
    const draft = this.open();
    const before: Settings = { settings: draft.document.settings, default_desk: draft.document.default_desk };
    try {
      await this.write(`${ROOT}/drafts/${draft.id}/settings`, "PUT", { settings, default_desk: desk, revision: draft.revision }, draft);
    } catch (error) {
      // What others did is taken up at once; what was typed is put on top of it with the next try.
      if (asRefused(error).status === 409) await this.refresh();
      throw error;
    }
    if (remember) this.undos.push({ section: "settings", code: "", was: null, now: null, settings: before });
    await this.refresh();
    this.checkSoon();
  }

  /** Makes the draft's changes to what is in force now; gives what both sides had changed, where the draft's stays. */
  async rebase(): Promise<{ section: string; code: string }[] | null> {
    const draft = this.open();
    let both: { section: string; code: string }[] | null = null;
    await this.working(async () => {
      both = (await api<{ both: { section: string; code: string }[] }>(`${ROOT}/drafts/${draft.id}/rebase`, { method: "POST", body: { revision: draft.revision } })).both;
      this.published = await api<Published>(`${ROOT}/configuration`);
      this.undos = [];
      await this.take(draft.id);
    });
    return both;
  }

  private async refresh(): Promise<void> {
    const draft = this.open();
    this.draft = await api<Draft>(`${ROOT}/drafts/${draft.id}`);
    this.tell();
  }

  /** Takes back the last change made here; throws like `put`. */
  async undo(): Promise<Undo | undefined> {
    const last = this.undos.at(-1);
    if (last === undefined) return undefined;
    if (last.section === "settings") {
      if (last.settings !== undefined) await this.putSettings(last.settings.settings, last.settings.default_desk, false);
    } else if (last.order !== undefined) await this.reorder(last.section, last.order, false);
    else await this.put(last.section, last.code, last.was, last.now ?? undefined, false);
    this.undos.pop();
    this.tell();
    return last;
  }

  checkSoon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => { this.check().catch((error: unknown) => { this.fault = asRefused(error); this.tell(); }); }, REST_MS);
  }

  /** Whether it went through; what was refused is in `fault`. */
  async working(work: () => Promise<void>): Promise<boolean> {
    this.busy += 1;
    this.fault = null;
    this.tell();
    try {
      await work();
      return true;
    } catch (error) {
      this.fault = asRefused(error);
      return false;
    } finally {
      this.busy -= 1;
      this.tell();
    }
  }
}
