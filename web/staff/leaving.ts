/** Gives back what this tab holds when it is closed, so that colleagues need not wait for the lease to run out. No browser
 *  says reliably whether a page is closed or loaded again; so a page that is there again at once takes its holds back. */
import { csrfHeaders } from "../shared/api";
import { holderOf } from "./allowed";
import type { Desk } from "./desk";
import { serverNow } from "../shared/server-time";

const KEPT = "hientruong-held";
/** A page that comes back later than this was not merely loaded again. */
const SOON_MS = 30_000;

export function releaseOnLeaving(desk: Desk, held: ReadonlySet<string>): () => void {
  const leave = (): void => {
    const codes = [...held].filter((code) => desk.truth(code)?.claim?.by.username === desk.me.username);
    if (codes.length === 0) return;
    sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), codes }));
    for (const code of codes) {
      void fetch(`/api/v1/reports/${encodeURIComponent(code)}/release`, {
        method: "POST", keepalive: true, credentials: "same-origin", body: "{}", headers: { "Content-Type": "application/json", ...csrfHeaders("POST") },
      }).catch(() => undefined);
    }
  };
  window.addEventListener("pagehide", leave);
  return () => window.removeEventListener("pagehide", leave);
}

/** What this tab held a moment ago and nobody has taken since; asked once. */
export function heldBefore(desk: Desk): string[] {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (kept === null) return [];
  const { at, codes } = JSON.parse(kept) as { at: number; codes: string[] };
  if (Math.abs(Date.now() - at) > SOON_MS) return [];
  return codes.filter((code) => {
    const report = desk.truth(code);
    const holder = report === undefined ? null : holderOf(report, serverNow());
    return report !== undefined && (holder === null || holder.username === desk.me.username);
  });
}
