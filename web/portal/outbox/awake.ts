/** What every page does for the outbox once it has come up: the worker is there, what waits is sent, and both are seen
 *  and heard. Loaded when the page is idle. */
import "./resident";
import { h, icon, t } from "../page";
import { askForSync } from "../../shared/outbox/drafts";
import { OutboxList } from "./list";
import { kick } from "../../shared/outbox/sender";
import { subscribe } from "../../shared/outbox/watch";
import type { OutboxItem, Stage } from "../../shared/outbox/types";
import { followUpdates } from "./update";
import "./outbox.css";

const OPEN: ReadonlySet<Stage> = new Set(["queued", "sending", "uploading", "rejected"]);

/** Still to be sent, or refused and to be mended. */
export function isWaiting(item: OutboxItem): boolean {
  return OPEN.has(item.stage);
}

/** A link to the outbox in the header, there while something waits, with how many. */
function badge(): (count: number) => void {
  const number = h("b", { class: "badge" });
  const door = h("a", { class: "outbox-door", href: "/outbox" }, icon("outbox"), number);
  return (count) => {
    number.textContent = String(count);
    door.setAttribute("aria-label", t("outbox.waiting", { n: count }));
    if (count === 0) door.remove();
    else if (!door.isConnected) document.querySelector(".top .prefs")?.before(door);
  };
}

/** Says once what became of each report, to those who do not see the list. */
function announcer(): (all: OutboxItem[]) => void {
  const voice = h("p", { class: "sr", role: "status" });
  document.body.append(voice);
  let before: Map<string, Stage> | null = null;
  return (all) => {
    const known = before;
    before = new Map(all.map((item) => [item.id, item.stage]));
    if (known === null) return;
    const said = all.flatMap((item) => {
      const was = known.get(item.id);
      if (was === item.stage || was === undefined || item.stage === "draft") return [];
      if (item.stage === "queued" && was === "draft") return [t("outbox.kept")];
      if (item.stage === "uploading") return [t("outbox.accepted", { code: item.code ?? "" })];
      if (item.stage === "done") return [t("outbox.done", { code: item.code ?? "" })];
      return item.stage === "rejected" ? [t("outbox.rejected")] : [];
    });
    if (said.length > 0) voice.textContent = said.join(" ");
  };
}

export function awake(): void {
  customElements.define("outbox-list", OutboxList);
  const count = badge();
  const announce = announcer();
  let asked = false;
  subscribe((all) => {
    count(all.filter(isWaiting).length);
    announce(all);
    // The browser may have given up an earlier wish after a few attempts.
    if (!asked && all.some((item) => isWaiting(item) && item.stage !== "rejected")) { asked = true; void askForSync(); }
  });
  window.addEventListener("online", () => { void kick(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void kick(); });
  void kick();
  void followUpdates();
}
