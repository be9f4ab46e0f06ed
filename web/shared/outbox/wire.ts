/** A step as a request, and whatever comes back as an answer. */
import { problemOf } from "../api";
import { serverTime } from "../server-time";
import { metadata, TUS, UPLOADS } from "../tus";
import { house } from "./house";
import type { Answer, Step } from "./machine";
import type { OutboxItem, OutboxMedia } from "./types";

export interface Asked { method: string; path: string; headers: Record<string, string>; body: BodyInit | null; timeoutMs: number }

const JSON_TYPE = { "Content-Type": "application/json", Accept: "application/json" };
const ASKING_MS = 60_000;
/** A piece may take as long as 2 kB a second need. */
const MS_PER_BYTE = 0.5;

/** Some browsers name no type for a film of the phone; what it is decides how large it may be. */
function declared(media: OutboxMedia): { name: string; type: string } {
  return { name: media.name, type: media.type === "" ? `${media.kind}/*` : media.type };
}

/** Null for steps that need no network. `bytes` are those of a push. */
export function asked(item: OutboxItem, step: Step, bytes: Blob | null): Asked | null {
  const base = { body: null, timeoutMs: ASKING_MS };
  switch (step.do) {
    case "reserve": return { ...base, method: "POST", path: UPLOADS, headers: { ...TUS, "Upload-Length": String(step.media.size), "Upload-Metadata": metadata(declared(step.media)) } };
    case "post": return {
      ...base, method: "POST", path: house().addresses(item).send, body: step.body,
      // The city corrects the phone's clock by this; the body stays the same, this is of each attempt.
      headers: { ...JSON_TYPE, "Idempotency-Key": item.id, "Sent-At": new Date().toISOString() },
    };
    case "attach": return { ...base, method: "POST", path: house().addresses(item).media, headers: JSON_TYPE, body: JSON.stringify({ media: step.uploads }) };
    case "compare": return { ...base, method: "GET", path: house().addresses(item).look, headers: { Accept: "application/json" } };
    case "look": return { ...base, method: "HEAD", path: `${UPLOADS}/${step.media.upload ?? ""}`, headers: { ...TUS } };
    case "push": return {
      method: "PATCH", path: `${UPLOADS}/${step.media.upload ?? ""}`, body: bytes, timeoutMs: ASKING_MS + (step.to - step.from) * MS_PER_BYTE,
      headers: { ...TUS, "Upload-Offset": String(step.from), "Content-Type": "application/offset+octet-stream" },
    };
    default: return null;
  }
}

const NOTHING: Answer = { status: 0, problem: null, retryAfterS: null, located: null, offset: null, json: null, tookMs: 0 };

/** Sends it; an answer with status 0 where none came in time. */
export async function ask(what: Asked, csrf: string): Promise<Answer> {
  const begun = Date.now();
  try {
    const answer = await fetch(what.path, {
      method: what.method, body: what.body, credentials: "same-origin", cache: "no-store",
      headers: { ...what.headers, "X-CSRF-Token": csrf }, signal: AbortSignal.timeout(what.timeoutMs),
    });
    // Never out of a cache: a page that was opened without a network learns the time by what it sends first.
    serverTime.heardHeader(answer.headers.get("Date"));
    const problem = answer.ok ? null : await problemOf(answer);
    const isJson = answer.ok && (answer.headers.get("Content-Type") ?? "").includes("json");
    // A broken body is no answer: what it said is asked for again.
    const json: unknown = isJson ? await answer.json() : null;
    return { status: answer.status, problem, json, located: lastSegment(answer.headers.get("Location")), tookMs: Date.now() - begun, ...numbers(answer.headers) };
  } catch {
    return { ...NOTHING, tookMs: Date.now() - begun };
  }
}

function numbers(headers: Headers): Pick<Answer, "retryAfterS" | "offset"> {
  const whole = (name: string): number | null => (/^\d+$/.test(headers.get(name) ?? "") ? Number(headers.get(name)) : null);
  return { retryAfterS: whole("Retry-After"), offset: whole("Upload-Offset") };
}

function lastSegment(location: string | null): string | null {
  return location?.split(/[?#]/)[0]?.split("/").filter((part) => part !== "").pop() ?? null;
}
