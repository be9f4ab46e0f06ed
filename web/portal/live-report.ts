import { inBrowser, Live } from "../shared/live";
import { need, t } from "./page";

const GATHER_MS = 150;
const LATER_MS = 20_000;
// Pieces on their way tell nobody of each step; the page asks while it shows a bar.
const BAR_MS = 4_000;

// The markup as the server sent it: later the sections hold opened maps and the like.
const asSent = new WeakMap<Element, string>();

/** The markup of a section without what differs in every rendering: signed addresses, keys of forms. */
export function lasting(section: Element): string {
  return new XMLSerializer().serializeToString(section).replace(/(\/media\/[^"?\s]*)\?[^"\s]*/g, "$1").replace(/(name="(?:key|csrf)" value=")[^"]*/g, "$1");
}

/** Replaces the sections that changed, but never one in which somebody is writing. True if all that changed was replaced. */
export function freshen(page: ParentNode, fresh: ParentNode): boolean {
  let whole = true;
  for (const next of fresh.querySelectorAll<HTMLElement>("[data-live]")) {
    const old = page.querySelector<HTMLElement>(`#${next.id}`);
    const markup = lasting(next);
    if (old === null || asSent.get(old) === markup) continue;
    if (busy(old)) { whole = false; continue; }
    asSent.set(next, markup);
    keepOpen(old, next);
    old.replaceWith(next);
  }
  return whole;
}

/** What the person has unfolded stays unfolded: a button must not vanish under the thumb because a photo became ready. */
function keepOpen(old: HTMLElement, next: HTMLElement): void {
  const opened = [...old.querySelectorAll("details")].map((part) => part.open);
  next.querySelectorAll("details").forEach((part, place) => { part.open = opened[place] ?? part.open; });
}

/** Somebody writes, has chosen a file, or listens and watches here. */
function busy(section: HTMLElement): boolean {
  if ([...section.querySelectorAll<HTMLMediaElement>("video, audio")].some((medium) => !medium.paused)) return true;
  const fields = [...section.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input:not([type=hidden])")];
  return fields.some((field) => field === document.activeElement || ("checked" in field && field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));
}

/** The tracking page, kept true without reloading: every event makes it fetch its own page and take the parts that changed. */
export class LiveReport extends HTMLElement {
  private live: Live | null = null;
  private timer = 0;
  private readonly wake = (): void => { this.live?.wake(); };

  connectedCallback(): void {
    for (const section of this.querySelectorAll("[data-live]")) asSent.set(section, lasting(section));
    const soon = (): void => this.soon(GATHER_MS);
    this.live = new Live(inBrowser(), null, (state) => this.say(state === "live" ? t("live") : t("offline")), () => undefined);
    this.live.subscribe(`report:${this.dataset["code"] ?? ""}`, { snapshot: soon, event: soon, resumed: soon, refused: () => this.say("") });
    this.live.start();
    window.addEventListener("online", this.wake);
    if (this.querySelector("progress") !== null) this.soon(BAR_MS);
  }

  disconnectedCallback(): void {
    this.live?.stop();
    window.removeEventListener("online", this.wake);
    clearTimeout(this.timer);
  }

  private say(words: string): void {
    need<HTMLElement>(this, ".live-state").textContent = words;
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => { this.refresh().catch(() => this.soon(LATER_MS)); }, ms);
  }

  private async refresh(): Promise<void> {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const whole = freshen(this, fresh);
    if (this.querySelector("progress") !== null) this.soon(BAR_MS);
    else if (!whole) this.soon(LATER_MS);
  }
}
