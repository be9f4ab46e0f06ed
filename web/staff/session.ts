/** Who is signed in; the pages of the staff start here. */
import { api } from "../shared/api";
import type { Account } from "../shared/model";
import { asRefused } from "../shared/problem";
import { loadPreferences } from "../shared/preferences";
import { setZone } from "../shared/times";

/** The page a role works on. */
export function homeOf(account: Account): string {
  return account.role === "agency" ? "/agency" : "/ioc";
}

/** Pages every member of staff may open. */
const FOR_ALL = ["/ioc/figures"];
/** Pages of those who decide what the city has configured, and of those who may read it. */
const FOR_ADMINISTRATION: ReadonlySet<string> = new Set(["admin", "leader"]);

/** Where to go after signing in: back to the page that asked, if it is one of ours and not the log-in itself. */
export function afterLogin(account: Account, next: string | null): string {
  const mine = homeOf(account);
  const ours = [mine, ...FOR_ALL, ...(mine === "/agency" ? ["/agency/today"] : []), ...(mine === "/ioc" ? ["/ioc/wall"] : []), ...(FOR_ADMINISTRATION.has(account.role) ? ["/admin"] : [])];
  return next !== null && ours.some((page) => next === page || next.startsWith(`${page}?`)) ? next : account.role === "admin" ? "/admin" : mine;
}

export function toLogin(): void {
  location.replace(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** The account behind the cookie, or null after sending the browser to the log-in page. */
export async function signedIn(): Promise<Account | null> {
  loadPreferences();
  setZone(document.documentElement.dataset["zone"]);
  try {
    return (await api<{ account: Account }>("/api/v1/sessions/current")).account;
  } catch (error) {
    if (asRefused(error).status !== 401) throw error;
    toLogin();
    return null;
  }
}
