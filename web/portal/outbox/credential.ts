/** The browser as a device, in pages and in the worker: an HttpOnly cookie, and an anti-forgery value that the worker
 *  must be told because it sees no cookies everywhere. */
import { cookie } from "../../shared/api";
import type { Store } from "./store";

const NAME = "hientruong_csrf_device";

interface CookieJar { get(name: string): Promise<{ value: string } | null> }

const inPage = (): boolean => typeof document !== "undefined";

/** The value that belongs to the cookie this browser sends now; null where there is none. */
export async function csrfOf(store: Store): Promise<string | null> {
  if (inPage()) return keep(store, cookie(NAME, document.cookie));
  const jar = (self as { cookieStore?: CookieJar }).cookieStore;
  if (jar !== undefined) return keep(store, (await jar.get(NAME).catch(() => null))?.value ?? null);
  return (await store.kept("csrf", (now) => now)) ?? null;
}

async function keep(store: Store, value: string | null): Promise<string | null> {
  if (value !== null) await store.kept("csrf", () => value).catch(() => undefined);
  return value;
}

/** Leaves the value where the worker finds it. */
export async function keepCredential(store: Store): Promise<void> {
  await csrfOf(store);
}

/** Becomes a device, a new one if this browser was one before. Gives its value; null when the server could not now. */
export async function becomeDevice(store: Store): Promise<string | null> {
  const locale = inPage() ? (document.body.dataset["locale"] ?? "vi") : navigator.language.startsWith("en") ? "en" : "vi";
  try {
    const answer = await fetch("/api/v1/devices", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ platform: "web", locale, cookie: true }),
    });
    if (!answer.ok) return null;
    const { csrf } = (await answer.json()) as { csrf?: string };
    return csrf === undefined ? await csrfOf(store) : await keep(store, csrf);
  } catch {
    return null;
  }
}
