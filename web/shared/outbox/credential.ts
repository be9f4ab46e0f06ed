/** The anti-forgery value beside an HttpOnly cookie, in pages and in workers: a worker must be told it, because it sees no
 *  cookies everywhere. */
import { cookie } from "../api";
import type { Store } from "./store";

interface CookieJar { get(name: string): Promise<{ value: string } | null> }

export const inPage = (): boolean => typeof document !== "undefined";

/** The value that belongs to the cookie this browser sends now; null where there is none. */
export async function csrfNamed(store: Store, name: string): Promise<string | null> {
  if (inPage()) return keepCsrf(store, cookie(name, document.cookie));
  const jar = (self as { cookieStore?: CookieJar }).cookieStore;
  if (jar !== undefined) return keepCsrf(store, (await jar.get(name).catch(() => null))?.value ?? null);
  return (await store.kept("csrf", (now) => now)) ?? null;
}

export async function keepCsrf(store: Store, value: string | null): Promise<string | null> {
  if (value !== null) await store.kept("csrf", () => value).catch(() => undefined);
  return value;
}
