/** The day on the phone: the account, the stops and the pictures to compare with, kept for a time without a network. */
import { api } from "../../shared/api";
import type { Account } from "../../shared/model";
import { outbox, type Store } from "../../shared/outbox/store";
import type { OutboxItem } from "../../shared/outbox/types";
import { changed } from "../../shared/outbox/watch";
import { asRefused } from "../../shared/problem";
import { offDuty } from "./duty";
import { beforeOf, type Day, type Stop } from "./stops";
import { keptAccount, nowSignedIn, type KeptAccount } from "./who";

export const PHOTOS = "hientruong-crew-photos";

/** `out`: the server knows the session no longer. `unknown`: no network, and nobody signed in on this phone before. */
export type Who = { account: Account; fresh: boolean } | "out" | "unknown";

/** Who works on this phone: the server's word, or without a network the last one it gave, as long as the browser is still
 *  signed in as they were. What was kept for somebody who has left, at the desk or by time, is forgotten.
 */
export async function whoIsHere(): Promise<Who> {
  const store = await outbox();
  const before = await keptAccount(store);
  const csrf = await nowSignedIn();
  try {
    const { account } = await api<{ account: Account }>("/api/v1/sessions/current");
    if (before !== null && before.account.username !== account.username) await forgetDay();
    const kept: KeptAccount = { account, csrf: csrf ?? "" };
    await store.kept("account", () => kept);
    return { account, fresh: true };
  } catch (error) {
    const out = asRefused(error).status === 401;
    if (!out && before !== null && before.csrf === csrf) return { account: before.account, fresh: false };
    await forgetDay();
    return out ? "out" : "unknown";
  }
}

interface KeptDay { of: string; day: Day; at: number }

/** The stops as the city last told them to this account, and when that was. */
export async function keptDay(username: string): Promise<KeptDay | null> {
  const kept = (await (await outbox()).kept("day", (now) => now)) as KeptDay | undefined;
  return kept?.of === username ? kept : null;
}

/** Asks the city, and keeps what it says with the pictures of the stops. Throws Refused. */
export async function freshDay(username: string): Promise<KeptDay> {
  const day = await api<Day>("/api/v1/crews/me/today");
  const at = Date.now();
  const kept: KeptDay = { of: username, day: { ...day, stops: day.stops.map(forKeeping) }, at };
  const store = await outbox();
  await store.kept("day", () => kept);
  const guarded = new Set(day.stops.filter((stop) => stop.case.restricted).map((stop) => stop.id));
  await forgetSent(store, (item) => item.about !== undefined && guarded.has(item.about));
  changed();
  void keepPhotos(day.stops);
  return { of: username, day, at };
}

/** What a report of the restricted lane says is read with a network or not at all. */
function forKeeping(stop: Stop): Stop {
  if (!stop.case.restricted) return stop;
  const result = stop.result === null ? null : { at: stop.result.at, by: stop.result.by };
  return { ...stop, result, media: [], case: { ...stop.case, description: "", media: [] } };
}

/** What the city has is not kept to be looked up on the phone; what was not sent yet stays, with its words and photos. */
async function forgetSent(store: Store, which: (item: OutboxItem) => boolean): Promise<void> {
  for (const item of await store.all()) if (item.stage === "done" && which(item)) await store.change(item.id, (now) => (now?.stage === "done" ? null : undefined));
}

const addressOf = (id: string): string => `/agency/before/${id}`;

/** Pictures of the restricted lane are not kept on a phone; neither are those of yesterday. */
async function keepPhotos(stops: readonly Stop[]): Promise<void> {
  if (!("caches" in self)) return;
  const cache = await caches.open(PHOTOS);
  const wanted = new Map(stops.filter((stop) => !stop.case.restricted).flatMap((stop) => {
    const photo = beforeOf(stop);
    const source = photo?.large ?? photo?.small;
    return photo === null || !source ? [] : [[addressOf(photo.id), source] as const];
  }));
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
  for (const [address, source] of wanted) {
    if ((await cache.match(address)) !== undefined) continue;
    const answer = await fetch(source, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok === true) await cache.put(address, answer).catch(() => undefined);
  }
}

/** The picture of a stop as an address for an image: kept, else the city's own; null where there is none. */
export async function beforePicture(stop: Stop): Promise<string | null> {
  const photo = beforeOf(stop);
  if (photo === null) return null;
  const kept = "caches" in self ? await caches.match(addressOf(photo.id), { cacheName: PHOTOS }) : undefined;
  return kept === undefined ? (photo.large ?? photo.small ?? null) : URL.createObjectURL(await kept.blob());
}

/** Nothing of the day stays; what was not sent yet does, for whoever wrote it. */
export async function forgetDay(): Promise<void> {
  const store = await outbox();
  offDuty();
  await store.kept("account", () => undefined);
  await store.kept("day", () => undefined);
  await forgetSent(store, () => true);
  changed();
  if ("caches" in self) await caches.delete(PHOTOS);
}
