/** HTTP to our own origin. The credential is the HttpOnly cookie; unsafe calls prove their origin by the CSRF header. */
import type { Problem } from "./model";
import { Refused, unreachable } from "./problem";
import { serverTime } from "./server-time";

const CSRF_COOKIE = "hientruong_csrf";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export function cookie(name: string, jar: string): string | null {
  for (const part of jar.split(";")) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim() === name) return decodeURIComponent(part.slice(at + 1).trim());
  }
  return null;
}

/** The headers an unsafe call carries while the cookie is its credential. */
export function csrfHeaders(method: string): Record<string, string> {
  const token = SAFE.has(method) ? null : cookie(CSRF_COOKIE, document.cookie);
  return token === null ? {} : { "X-CSRF-Token": token };
}

export interface Call { method?: string; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal }

/** Sends JSON, returns JSON; throws Refused with the server's problem, or with status 0 when there was no answer. */
export async function api<T>(path: string, call: Call = {}): Promise<T> {
  const method = call.method ?? "GET";
  const headers: Record<string, string> = { Accept: "application/json", ...csrfHeaders(method), ...call.headers };
  const init: RequestInit = { method, headers, credentials: "same-origin", signal: call.signal ?? null };
  if (call.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(call.body);
  }
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable("offline");
  }
  hearTime(answer.headers);
  if (!answer.ok) throw new Refused(await problemOf(answer));
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** The answer's date, unless it may come out of a cache and be old. */
function hearTime(headers: Headers): void {
  const kept = headers.has("ETag") || /max-age/.test(headers.get("Cache-Control") ?? "");
  if (!kept) serverTime.heardHeader(headers.get("Date"));
}

export async function problemOf(answer: Response): Promise<Problem> {
  const plain: Problem = { type: "about:blank", title: answer.statusText, status: answer.status };
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return plain;
  try {
    return { ...plain, ...((await answer.json()) as Partial<Problem>) };
  } catch {
    return plain;
  }
}
