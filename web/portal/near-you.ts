import { api } from "../shared/api";
import { Refused } from "../shared/problem";
import { asDevice, becomeDevice } from "./device";
import type { Point } from "./exif";
import { h, icon, t } from "./page";

interface Near {
  code: string; category: string; category_name: string; category_name_en?: string; public_status: string;
  distance_m: number; received_at: string; reporter_count: number; followers: number; mine: boolean;
}

const CALM_MS = 300;
const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [[86400, "day"], [3600, "hour"], [60, "minute"]];

/** "2 ngày trước", in the page's language. */
export function ago(moment: string, now = Date.now(), locale = document.documentElement.lang): string {
  const seconds = Math.max(60, (now - Date.parse(moment)) / 1000);
  const [size, unit] = STEPS.find(([step]) => seconds >= step) ?? [60, "minute"];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
}

/** Reports like the one being entered, a few steps away: to be followed instead of sent again. Fires `near` after every
 *  change, `followed` (detail: code) and `send-new`. */
export class NearYou extends HTMLElement {
  private found: Near[] = [];
  private asked = "";
  private answered = false;
  private timer = 0;

  /** How many wait for a choice. */
  get count(): number { return this.answered ? 0 : this.found.length; }

  /** Looks again when the kind or the place is another one. */
  look(category: string, point: Point | null, accuracy: number): void {
    const asked = category === "" || point === null ? "" : `category=${encodeURIComponent(category)}&lat=${point.lat}&lon=${point.lon}${accuracy > 0 ? `&accuracy_m=${accuracy}` : ""}`;
    if (asked === this.asked) return;
    this.asked = asked;
    this.answered = false;
    this.found = [];
    this.show();
    clearTimeout(this.timer);
    if (asked !== "") this.timer = window.setTimeout(() => { void this.ask(asked); }, CALM_MS);
  }

  private async ask(asked: string): Promise<void> {
    // Whether others have reported it is worth nothing to somebody without a network: sending must not wait for it.
    const answer = await api<{ reports: Near[] }>(`/api/v1/near?${asked}`).catch(() => null);
    if (answer === null || asked !== this.asked) return;
    this.found = answer.reports;
    this.show();
  }

  private show(): void {
    this.hidden = this.count === 0;
    this.setAttribute("role", "status");
    if (!this.hidden) {
      this.replaceChildren(
        h("h2", { tabindex: "-1" }, icon("people"), t(this.found.length === 1 ? "near_one" : "near_many", { n: this.found.length })),
        h("p", { class: "hint" }, t("near_hint")),
        h("ul", { class: "near-list" }, ...this.found.map((one) => this.row(one))),
        h("p", { class: "bad", role: "alert" }),
        h("button", { type: "button", class: "button big", onclick: () => this.sendNew() }, icon("plus"), t("near_new")),
      );
    }
    this.dispatchEvent(new CustomEvent("near", { bubbles: true }));
  }

  private row(one: Near): HTMLElement {
    const english = document.documentElement.lang === "en";
    const people = one.reporter_count + one.followers;
    const facts = [t("near_far", { m: Math.max(1, one.distance_m) }), ago(one.received_at), ...(people > 1 ? [t("near_people", { n: people })] : [])];
    return h("li", {},
      h("div", {}, h("b", {}, english ? (one.category_name_en ?? one.category_name) : one.category_name), h("span", { class: `status ${one.public_status}` }, t(`status_${one.public_status}`)), h("small", {}, facts.join(" · "))),
      one.mine ? h("a", { class: "button primary big", href: `/t/${encodeURIComponent(one.code)}` }, icon("check"), t("near_mine")) : h("button", { type: "button", class: "button primary big", onclick: (event) => { void this.follow(one.code, event.currentTarget as HTMLElement); } }, icon("bell"), t("near_follow")));
  }

  private sendNew(): void {
    this.answered = true;
    this.show();
    this.dispatchEvent(new CustomEvent("send-new", { bubbles: true }));
  }

  private async follow(code: string, button: HTMLElement): Promise<void> {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const path = `/api/v1/devices/me/follows/report/${encodeURIComponent(code)}`;
    try {
      await becomeDevice();
      await asDevice(path, { method: "PUT" }).catch(async (error: unknown) => {
        if (!(error instanceof Refused) || error.status !== 401) throw error;
        await becomeDevice(true);
        await asDevice(path, { method: "PUT" });
      });
      this.dispatchEvent(new CustomEvent<string>("followed", { bubbles: true, detail: code }));
    } catch {
      const complaint = this.querySelector(".bad");
      if (complaint !== null) complaint.textContent = t("near_failed");
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }
}
