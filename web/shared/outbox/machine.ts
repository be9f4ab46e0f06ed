/** How one report gets from the phone to the city: what to do next, and what the answer means. Pure: no clock, no
 *  network, no storage; runs in pages and in the service worker alike.
 *
 *  reserve uploads (tiny) -> seal the body -> post it -> attach what came late -> bytes in pieces. The text never waits
 *  for bytes, and where no upload can be reserved it goes without.
 */
import type { OutboxItem, OutboxMedia, Problem } from "./types";

export type Step =
  | { do: "rest" }
  | { do: "wait"; until: number }
  /** Ask for a place for these bytes. */
  | { do: "reserve"; media: OutboxMedia }
  /** Fix the body for good; needs no network. */
  | { do: "seal" }
  | { do: "post"; body: string }
  /** Which of the uploads that the server no longer knows had arrived whole before? */
  | { do: "compare" }
  | { do: "attach"; uploads: string[] }
  /** Ask how far the server got. */
  | { do: "look"; media: OutboxMedia }
  | { do: "push"; media: OutboxMedia; from: number; to: number };

export interface Answer {
  /** 0: none came. */
  status: number;
  problem: Problem | null;
  /** Seconds the server asks to wait. */
  retryAfterS: number | null;
  /** The last segment of Location. */
  located: string | null;
  /** Upload-Offset. */
  offset: number | null;
  json: unknown;
  tookMs: number;
}

/** What happened around a step. `chance` in 0..1 spreads the phones that come back at the same moment. */
export interface Moment { now: number; chance: number }

export const PIECE = { least: 64 * 1024, first: 256 * 1024, most: 1024 * 1024 } as const;
const QUICK_MS = 1500;
const SLOW_MS = 6000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5 * 60_000;
const OFTEN = 3;
const FORBIDDEN = 8;
const PASSING = new Set([0, 408, 409, 423, 425, 429, 460, 500, 502, 503, 504]);

const isOpen = (media: OutboxMedia): boolean => media.state !== "done" && media.state !== "refused";
/** Refused or over for good: nothing is sent any more. */
const isResting = (item: OutboxItem): boolean => item.stage === "draft" || item.stage === "done" || item.stage === "rejected";

/** `eager`: the network has just come back or somebody asks; only a wait that the server wished is kept. */
export function plan(item: OutboxItem, now: number, eager = false): Step {
  if (isResting(item)) return { do: "rest" };
  if (item.notBefore > now && !(eager && item.waits !== "limit")) return { do: "wait", until: item.notBefore };
  return item.code === null ? toTheCity(item) : theMedia(item);
}

function toTheCity(item: OutboxItem): Step {
  if (item.sealed !== null) return { do: "post", body: item.sealed };
  const homeless = item.media.find((media) => media.state === "waiting");
  return homeless === undefined ? { do: "seal" } : { do: "reserve", media: homeless };
}

function theMedia(item: OutboxItem): Step {
  const open = item.media.filter(isOpen);
  if (open.some((media) => media.state === "gone")) return { do: "compare" };
  const homeless = open.find((media) => media.upload === null);
  if (homeless !== undefined) return { do: "reserve", media: homeless };
  const uploads = open.flatMap((media) => (media.attached || media.upload === null ? [] : [media.upload]));
  if (uploads.length > 0) return { do: "attach", uploads };
  const next = open[0];
  if (next === undefined) return { do: "rest" };
  return next.sure ? { do: "push", media: next, from: next.offset, to: Math.min(next.size, next.offset + item.piece) } : { do: "look", media: next };
}

/** The item after a step that needs no answer. */
export function sealed(item: OutboxItem): OutboxItem {
  const named = item.media.map((media) => ({ ...media, named: media.upload !== null && isOpen(media) }));
  const uploads = named.flatMap((media) => (media.named && media.upload !== null ? [media.upload] : []));
  const captured = item.capturedAt === null ? {} : { captured_at: item.capturedAt };
  return { ...item, stage: "sending", media: named, sealed: JSON.stringify({ ...item.fields, ...captured, media: uploads }) };
}

/** The item after the server's answer to a step. 401 and 403 are the sender's to mend first; they come here when it
 *  could not. */
export function settle(item: OutboxItem, step: Step, answer: Answer, moment: Moment): OutboxItem {
  if (isResting(item)) return item;
  switch (step.do) {
    case "reserve": return reserved(item, step.media.id, answer, moment);
    case "post": return posted(item, answer, moment);
    case "attach": return attached(item, step.uploads, answer, moment);
    case "compare": return compared(item, answer, moment);
    case "look": return looked(item, step.media.id, answer, moment);
    case "push": return pushed(item, step.media.id, answer, moment);
    default: return item;
  }
}

/** The credential was not known any more: what was reserved with it is lost, what was accepted with it is not ours. */
export function asNewDevice(item: OutboxItem): OutboxItem {
  if (isResting(item) || item.code !== null) return item;
  return { ...item, sealed: null, media: item.media.map((media) => (isOpen(media) ? homeless(media) : media)) };
}

/** Its bytes cannot be read any more: the browser has lost them. */
export function withoutBytes(item: OutboxItem, id: string): OutboxItem {
  const problem: Problem = { type: "/problems/bytes-lost", title: "bytes-lost", status: 0 };
  return whole(change(item, id, { state: "refused", problem }));
}

function homeless(media: OutboxMedia): OutboxMedia {
  return { ...media, state: "waiting", upload: null, offset: 0, sure: false, named: false, attached: false };
}

function change(item: OutboxItem, id: string, to: Partial<OutboxMedia>): OutboxItem {
  return { ...item, media: item.media.map((media) => (media.id === id ? { ...media, ...to } : media)) };
}

function well(item: OutboxItem): OutboxItem {
  return { ...item, failures: 0, notBefore: 0, waits: null };
}

/** Accepted and every medium settled: done. */
function whole(item: OutboxItem): OutboxItem {
  return item.code !== null && !item.media.some(isOpen) ? { ...well(item), stage: "done" } : item;
}

function later(item: OutboxItem, answer: Answer, { now, chance }: Moment): OutboxItem {
  const failures = item.failures + 1;
  const most = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  const wished = answer.retryAfterS === null ? null : answer.retryAfterS * 1000;
  const wait = wished === null ? most * (0.5 + chance / 2) : wished + chance * 1000;
  const stage = item.code === null && item.stage !== "sending" ? "queued" : item.stage;
  return { ...item, stage, failures, notBefore: now + wait, waits: wished === null ? "network" : "limit" };
}

function rejected(item: OutboxItem, problem: Problem | null, status: number): OutboxItem {
  return { ...well(item), stage: "rejected", problem: problem ?? { type: "about:blank", title: "", status } };
}

/** Also a yes that lacks what a yes must bring: something between us and the city has spoken. */
const isPassing = (answer: Answer): boolean => PASSING.has(answer.status) || answer.status > 504 || went(answer);
const went = (answer: Answer): boolean => answer.status >= 200 && answer.status < 300;
/** "Not now" is about the state of a report or task, and that does not pass. */
const isOver = (answer: Answer): boolean => answer.status === 409 && answer.problem?.type.endsWith("/not-now") === true;
/** A credential that could not be mended now may be later: 401 never condemns a report, 403 only when it stays. */
const unknown = (item: OutboxItem, answer: Answer): boolean => answer.status === 401 || (answer.status === 403 && item.failures < FORBIDDEN);

function reserved(item: OutboxItem, id: string, answer: Answer, moment: Moment): OutboxItem {
  if (went(answer) && answer.located !== null) {
    return change(well(item), id, { state: "going", upload: answer.located, offset: answer.offset ?? 0, sure: true, attached: false });
  }
  if (answer.status === 0 || unknown(item, answer)) return later(item, answer, moment);
  // The server answers but has no place now: the words do not wait for that.
  if (isPassing(answer)) return item.code === null ? change(item, id, { state: "late" }) : later(item, answer, moment);
  return whole(change(well(item), id, { state: "refused", problem: answer.problem }));
}

function posted(item: OutboxItem, answer: Answer, moment: Moment): OutboxItem {
  const code = (answer.json as { code?: unknown } | null)?.code;
  if (went(answer) && typeof code === "string") {
    const media = item.media.map((one) => ({ ...one, attached: one.named }));
    return whole({ ...well(item), stage: "uploading", code, media, problem: null });
  }
  if (!isOver(answer) && (isPassing(answer) || unknown(item, answer))) return later(item, answer, moment);
  const lost = answer.status === 422 ? lostUploads(item, answer) : new Set<string>();
  if (lost.size === 0) return rejected(item, answer.problem, answer.status);
  // The server says no to the whole body, so it has not got it: another body under the same key is no second report.
  const state = item.anew >= OFTEN ? "late" : "waiting";
  const media = item.media.map((one) => (lost.has(one.id) ? { ...homeless(one), state } as const : one));
  return { ...item, stage: "queued", sealed: null, media, anew: item.anew + 1 };
}

/** The ids of the media whose uploads an answer complains about: `/media/<place in the sealed body>`. */
function lostUploads(item: OutboxItem, answer: Answer): Set<string> {
  const named = item.media.filter((media) => media.named);
  const places = (answer.problem?.errors ?? []).map((error) => /^\/media\/(\d+)$/.exec(error.pointer)?.[1]);
  return new Set(places.flatMap((place) => (place === undefined ? [] : (named[Number(place)]?.id ?? []))));
}

function attached(item: OutboxItem, uploads: readonly string[], answer: Answer, moment: Moment): OutboxItem {
  const meant = (media: OutboxMedia): boolean => isOpen(media) && media.upload !== null && uploads.includes(media.upload);
  const all = (to: (media: OutboxMedia) => OutboxMedia): OutboxItem => ({ ...item, media: item.media.map((media) => (meant(media) ? to(media) : media)) });
  if (went(answer)) return well(all((media) => ({ ...media, attached: true })));
  if (!isOver(answer) && (isPassing(answer) || unknown(item, answer))) return later(item, answer, moment);
  const places = (answer.problem?.errors ?? []).flatMap((error) => /^\/media\/(\d+)$/.exec(error.pointer)?.[1] ?? []);
  const lost = new Set(places.map((place) => uploads[Number(place)]));
  if (answer.status === 422 && lost.size > 0 && item.anew < 2 * OFTEN) {
    return { ...all((media) => (lost.has(media.upload ?? "") ? homeless(media) : media)), anew: item.anew + 1 };
  }
  return whole(well(all((media) => ({ ...media, state: "refused", problem: answer.problem }))));
}

interface Seen { name?: string | null; state?: string; refusal?: { code?: string } | null }

/** An upload that is gone had either arrived, and then the report shows its medium, or it must go once more. */
function compared(item: OutboxItem, answer: Answer, moment: Moment): OutboxItem {
  const shown = went(answer) ? (answer.json as { media?: Seen[] } | null)?.media : [];
  if (shown === undefined || (!went(answer) && isPassing(answer)) || unknown(item, answer)) return later(item, answer, moment);
  const arrived = new Set(shown.filter((one) => one.state !== "expected" && one.refusal?.code !== "never-arrived").map((one) => one.name));
  const media = item.media.map((one): OutboxMedia => {
    if (one.state !== "gone") return one;
    return arrived.has(one.name) ? { ...one, state: "done", offset: one.size } : homeless(one);
  });
  return whole({ ...well(item), media });
}

function looked(item: OutboxItem, id: string, answer: Answer, moment: Moment): OutboxItem {
  const media = item.media.find((one) => one.id === id);
  if (media === undefined) return item;
  if (went(answer) && answer.offset !== null) {
    // A connection that breaks but always brings something is no failure.
    const calm = answer.offset > media.offset ? well(item) : item;
    return arrivedAt(calm, media, answer.offset);
  }
  if (answer.status === 404 || answer.status === 410) return change(item, id, { state: "gone", sure: false });
  if (isPassing(answer) || unknown(item, answer)) return later(item, answer, moment);
  return whole(change(item, id, { state: "refused", problem: answer.problem }));
}

function pushed(item: OutboxItem, id: string, answer: Answer, moment: Moment): OutboxItem {
  const media = item.media.find((one) => one.id === id);
  if (media === undefined) return item;
  if (went(answer) && answer.offset !== null) return arrivedAt({ ...well(item), piece: nextPiece(item.piece, answer.tookMs) }, media, answer.offset);
  if (answer.status === 404 || answer.status === 410) return change(item, id, { state: "gone", sure: false });
  if (isPassing(answer) || unknown(item, answer)) {
    const smaller = Math.max(PIECE.least, Math.floor(item.piece / 2));
    return later(change({ ...item, piece: smaller }, id, { sure: false }), answer, moment);
  }
  return whole(change(item, id, { state: "refused", problem: answer.problem }));
}

function arrivedAt(item: OutboxItem, media: OutboxMedia, offset: number): OutboxItem {
  const done = offset >= media.size;
  return whole(change(item, media.id, { offset, sure: true, ...(done ? { state: "done" as const } : {}) }));
}

function nextPiece(piece: number, tookMs: number): number {
  if (tookMs < QUICK_MS) return Math.min(PIECE.most, piece * 2);
  return tookMs > SLOW_MS ? Math.max(PIECE.least, Math.floor(piece / 2)) : piece;
}
