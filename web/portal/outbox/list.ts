import "./resident";
import { h, icon, t } from "../page";
import { mend, remove } from "../../shared/outbox/drafts";
import { kick } from "../../shared/outbox/sender";
import type { OutboxItem, OutboxMedia } from "../../shared/outbox/types";
import { subscribe } from "../../shared/outbox/watch";

const CLOCK = new Intl.DateTimeFormat(document.body.dataset["locale"] === "en" ? "en-GB" : "vi-VN", {
  hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", timeZone: document.body.dataset["zone"] ?? "Asia/Ho_Chi_Minh",
});

/** How much of a piece is there, 0 to 100. */
export function percentOf(media: OutboxMedia): number {
  return media.state === "done" ? 100 : Math.floor((media.offset / Math.max(1, media.size)) * 100);
}

/** One medium: its name, a bar and its figure, or why it cannot go. */
class Piece {
  readonly bar = h("progress", { max: "100", value: "0" });
  private readonly figure = h("span", { class: "figure" });
  readonly row: HTMLElement;

  constructor(media: OutboxMedia, n: number) {
    const label = t(`outbox.${media.kind}`, { n });
    this.bar.setAttribute("aria-label", label);
    this.row = h("li", { class: "piece" }, h("span", {}, label), this.bar, this.figure);
  }

  show(media: OutboxMedia): void {
    const refused = media.state === "refused";
    this.bar.hidden = refused;
    this.bar.value = percentOf(media);
    this.figure.textContent = refused ? reason(media.problem) : media.state === "done" ? t("outbox.there") : `${percentOf(media)} %`;
    this.row.classList.toggle("bad", refused);
  }
}

function reason(problem: OutboxItem["problem"]): string {
  if (problem?.title === "bytes-lost") return t("outbox.lost");
  if (problem?.status === 413) return t("outbox.too_large");
  const parts = partsOf(problem);
  if (parts.length > 0) return t("outbox.fix", { parts: parts.join(", ") });
  return t("outbox.refused", { detail: problem?.errors?.map((error) => error.detail).join("; ") ?? problem?.detail ?? problem?.title ?? "" });
}

const PARTS = ["category", "location", "description", "answers", "anonymous", "media"];

/** The parts of the form that a refusal names, in the reader's words; none where it names something else. */
function partsOf(problem: OutboxItem["problem"]): string[] {
  const named = (problem?.errors ?? []).map((error) => error.pointer.split("/")[1] ?? "");
  return named.every((part) => PARTS.includes(part)) ? [...new Set(named)].map((part) => t(`outbox.part.${part}`)) : [];
}

/** One report. Its parts are changed where they stand, so that a button under the thumb stays there. */
class Row {
  private readonly words = h("p", { class: "words" });
  private readonly link = h("a", {}, t("outbox.open"));
  private readonly pieces = new Map<string, Piece>();
  private readonly list = h("ul", { class: "pieces" });
  private readonly retry: HTMLButtonElement;
  private readonly mend: HTMLButtonElement;
  private readonly drop: HTMLButtonElement;
  readonly row: HTMLElement;

  constructor(private item: OutboxItem) {
    const button = (words: string, run: () => void, kind = ""): HTMLButtonElement => h("button", { type: "button", class: `button ${kind}`, onclick: run }, t(words));
    this.retry = button("outbox.retry", () => { void kick(); });
    this.mend = button("outbox.mend", () => { void mend(this.item.id).then((draft) => { if (draft !== null) location.assign("/new"); }); }, "primary");
    this.drop = button("outbox.drop", () => { if (this.item.stage === "done" || confirm(t("outbox.drop_sure"))) void remove(this.item.id); }, "quiet");
    const when = h("time", { datetime: item.createdAt }, CLOCK.format(new Date(item.capturedAt ?? item.createdAt)));
    const title = item.title === "" ? t("outbox.untitled") : item.title;
    this.row = h("li", { class: "card outbox-item" }, h("h3", {}, title, " ", when), this.words, this.list, h("div", { class: "actions" }, this.mend, this.retry, this.link, this.drop));
    this.link.className = "button";
  }

  show(item: OutboxItem): void {
    this.item = item;
    this.row.dataset["stage"] = item.stage;
    this.words.replaceChildren(icon(item.stage === "rejected" ? "alert" : item.stage === "done" ? "check" : "clock"), this.state(item));
    this.mend.hidden = item.stage !== "rejected";
    this.retry.hidden = item.stage === "rejected" || item.stage === "done";
    this.link.hidden = item.code === null;
    if (item.code !== null) this.link.href = `/t/${encodeURIComponent(item.code)}`;
    this.drop.hidden = item.stage === "sending" && item.failures === 0;
    this.drop.textContent = t(item.stage === "done" ? "outbox.hide" : "outbox.drop");
    this.showPieces(item);
  }

  private state(item: OutboxItem): string {
    if (item.stage === "rejected") return reason(item.problem);
    if (item.stage === "done") return t(item.media.some((media) => media.state === "refused") ? "outbox.done_without" : "outbox.done", { code: item.code ?? "" });
    const held = item.failures > 0 || !navigator.onLine;
    if (item.code !== null) return t(held ? "outbox.accepted_waits" : "outbox.accepted", { code: item.code });
    return t(held ? "outbox.kept" : "outbox.sending");
  }

  private showPieces(item: OutboxItem): void {
    const counts = new Map<string, number>();
    for (const media of item.media) {
      const n = (counts.get(media.kind) ?? 0) + 1;
      counts.set(media.kind, n);
      let piece = this.pieces.get(media.id);
      if (piece === undefined) {
        piece = new Piece(media, n);
        this.pieces.set(media.id, piece);
        this.list.append(piece.row);
      }
      piece.show(media);
    }
  }
}

/** Everything that waits on this phone, with what is there of each photo and film; also what went lately. Attribute
 *  `data-open`: only what still waits. Hidden while there is nothing. */
export class OutboxList extends HTMLElement {
  private readonly rows = new Map<string, Row>();
  private readonly list = h("ul", { class: "outbox-rows" });
  private readonly nothing = this.querySelector<HTMLElement>("[data-nothing]");
  private stop: (() => void) | null = null;
  private shown: OutboxItem[] = [];
  private readonly again = (): void => { this.show(this.shown); };

  connectedCallback(): void {
    this.append(this.list);
    this.stop = subscribe((all) => this.show(all));
    window.addEventListener("online", this.again);
    window.addEventListener("offline", this.again);
    // The page stands in for another one that could not be loaded.
    const stands = document.querySelector<HTMLElement>("[data-offline]");
    if (stands !== null && location.pathname !== "/outbox") stands.hidden = false;
  }

  disconnectedCallback(): void {
    this.stop?.();
    window.removeEventListener("online", this.again);
    window.removeEventListener("offline", this.again);
  }

  private show(all: OutboxItem[]): void {
    this.shown = all.filter((item) => item.stage !== "draft" && (item.stage !== "done" || this.dataset["open"] === undefined));
    const ids = new Set(this.shown.map((item) => item.id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.row.remove();
      this.rows.delete(id);
    }
    for (const item of this.shown) {
      const row = this.rows.get(item.id) ?? new Row(item);
      if (!this.rows.has(item.id)) this.list.prepend(row.row);
      this.rows.set(item.id, row);
      row.show(item);
    }
    if (this.nothing !== null) this.nothing.hidden = this.shown.length > 0;
    this.hidden = this.shown.length === 0 && this.nothing === null;
  }
}
