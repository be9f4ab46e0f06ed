/** After the button: what is on its way and how far, until the city has it or the phone has promised to send it. */
import { kick, subscribe, type OutboxItem, type OutboxMedia } from "./outbox";
import { h, icon, t } from "./page";

/** So long a page waits before it says that it need not be watched. */
const PATIENCE_MS = 6000;

/** Takes the place of the form. `rejected` is called with an item the city has refused. */
export class SendPanel extends HTMLElement {
  private stop: (() => void) | null = null;
  private readonly heading = h("h2", { tabindex: "-1" });
  private readonly words = h("p", { role: "status" });
  private readonly parts = h("ul", { class: "parts" });
  private readonly ways = h("p", { class: "actions", hidden: true },
    h("a", { class: "button primary", href: "/outbox" }, t("outbox_open")), h("a", { class: "button", href: "/new" }, t("another")));
  private patient = true;

  connectedCallback(): void {
    this.append(h("div", { class: "notice good" }, icon("check"), h("div", {}, this.heading, this.words, this.parts, this.ways)));
  }

  disconnectedCallback(): void { this.stop?.(); }

  watch(id: string, rejected: (item: OutboxItem) => void): void {
    this.heading.textContent = t("saved_heading");
    this.words.textContent = navigator.onLine ? t("going") : t("saved_offline");
    this.heading.focus();
    setTimeout(() => { this.patient = false; this.draw(null); }, navigator.onLine ? PATIENCE_MS : 0);
    this.stop = subscribe((all) => {
      const item = all.find((one) => one.id === id);
      if (item === undefined) return;
      if (item.stage === "rejected") { this.stop?.(); rejected(item); return; }
      if (item.stage === "done" && item.code !== null) { this.stop?.(); this.open(item.code); return; }
      this.draw(item);
    });
    void kick();
  }

  private last: OutboxItem | null = null;

  private draw(item: OutboxItem | null): void {
    this.last = item ?? this.last;
    const now = this.last;
    if (now === null) return;
    const waits = navigator.onLine && now.waits === null;
    if (now.code !== null) {
      this.heading.textContent = t("arrived", { code: now.code });
      this.words.replaceChildren(t("media_follow"), " ", h("a", { href: `/t/${encodeURIComponent(now.code)}?sent=1` }, t("track_open")));
    } else if (!waits || !this.patient) {
      this.words.textContent = navigator.onLine ? t("saved_waiting") : t("saved_offline");
    }
    this.ways.hidden = this.patient && now.code === null && waits;
    this.parts.replaceChildren(h("li", {}, h("span", {}, t("part_words")), state(now.code !== null)), ...now.media.map((one, index) => part(one, now.media.slice(0, index + 1).filter((other) => other.kind === one.kind).length)));
  }

  private open(code: string): void {
    location.assign(`/t/${encodeURIComponent(code)}?sent=1`);
  }
}

function part(one: OutboxMedia, n: number): HTMLElement {
  const name = t(one.kind === "video" ? "film_n" : one.kind === "audio" ? "voice_n" : "photo", { n });
  if (one.state === "done" || one.state === "refused") return h("li", {}, h("span", {}, name), state(one.state === "done"));
  const percent = one.size === 0 ? 0 : Math.floor((one.offset / one.size) * 100);
  return h("li", {}, h("span", {}, name), h("progress", { max: "100", value: String(percent), "aria-label": name }), h("span", { class: "code" }, `${percent} %`));
}

function state(there: boolean): HTMLElement {
  return there ? h("span", { class: "on-time" }, icon("check"), t("part_there")) : h("span", { class: "hint" }, icon("clock"), t("part_waits"));
}
