/** The browser as a resident's device, in pages and in the worker: an HttpOnly cookie, and an anti-forgery value. */
import { csrfNamed, inPage, keepCsrf } from "../../shared/outbox/credential";
import { inhabit } from "../../shared/outbox/house";
import type { Store } from "../../shared/outbox/store";
import { moveOldDraft } from "./old-draft";

const NAME = "hientruong_csrf_device";
const REPORTS = "/api/v1/reports";

/** Becomes a device, a new one if this browser was one before. Gives its value; null when the server could not now. */
async function becomeDevice(store: Store): Promise<string | null> {
  const locale = inPage() ? (document.body.dataset["locale"] ?? "vi") : navigator.language.startsWith("en") ? "en" : "vi";
  try {
    const answer = await fetch("/api/v1/devices", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ platform: "web", locale, cookie: true }),
    });
    if (!answer.ok) return null;
    const { csrf } = (await answer.json()) as { csrf?: string };
    return csrf === undefined ? await csrfNamed(store, NAME) : await keepCsrf(store, csrf);
  } catch {
    return null;
  }
}

inhabit({
  database: "hientruong",
  name: "hientruong-outbox",
  csrf: (store) => csrfNamed(store, NAME),
  renew: becomeDevice,
  sends: () => Promise.resolve(true),
  addresses: (item) => {
    const one = `${REPORTS}/${encodeURIComponent(item.code ?? "")}`;
    return { send: REPORTS, media: `${one}/media`, look: one };
  },
  settle: moveOldDraft,
});
