/** Who works on this phone, and whether the browser is still theirs: in pages and in the worker. */
import { cookie } from "../../shared/api";
import type { Account } from "../../shared/model";
import { inPage } from "../../shared/outbox/credential";
import type { Store } from "../../shared/outbox/store";

const CSRF_COOKIE = "hientruong_csrf";

/** The account with the anti-forgery value of its session: another session has another, and signing out takes it away. */
export interface KeptAccount { account: Account; csrf: string }

export async function keptAccount(store: Store): Promise<KeptAccount | null> {
  const kept = (await store.kept("account", (now) => now)) as Partial<KeptAccount> | undefined;
  return kept?.account === undefined || kept.csrf === undefined ? null : { account: kept.account, csrf: kept.csrf };
}

interface CookieJar { get(name: string): Promise<{ value: string } | null> }

/** The anti-forgery value of the session that this browser has now; null where nobody is signed in, undefined where a worker
 *  cannot know. */
export async function nowSignedIn(): Promise<string | null | undefined> {
  if (inPage()) return cookie(CSRF_COOKIE, document.cookie);
  const jar = (self as { cookieStore?: CookieJar }).cookieStore;
  return jar === undefined ? undefined : jar.get(CSRF_COOKIE).then((one) => one?.value ?? null, () => undefined);
}
