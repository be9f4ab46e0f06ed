/** Sends what waits, one sender at a time in the whole browser: whichever page or worker holds the lock. */
import { house } from "./house";
import { asNewDevice, plan, sealed, settle, withoutBytes, type Answer, type Step } from "./machine";
import { bytesOf, outbox, type Store } from "./store";
import type { OutboxItem } from "./types";
import { ask, asked } from "./wire";
import { changed } from "./watch";

const LEASE_MS = 90_000;
/** Sent reports stay in the list for a while, without their bytes. */
const SHOWN_MS = 7 * 24 * 3600_000;
const STRAY_MS = 3600_000;

/** How things stand when nothing can be done now: how many still wait, and when to look again (milliseconds). */
export interface Standing { waiting: number; next: number | null }

/** Sends until everything is sent or must wait. `eager`: waits that only guess when the network is back are cut short. */
export async function sendAll(eager: boolean): Promise<Standing> {
  const store = await outbox();
  return alone(store, () => sendWhatWaits(store, eager));
}

async function alone<T>(store: Store, work: () => Promise<T>): Promise<T | Standing> {
  // Only a secure page has locks; elsewhere there is no worker either, and tabs take turns by a lease.
  const locks = (navigator as { locks?: LockManager }).locks;
  if (locks !== undefined) return locks.request(house().name, work);
  const me = String(Math.random());
  const lease = await store.kept("lease", (now) => (now !== undefined && now.until > Date.now() && now.by !== me ? now : { by: me, until: Date.now() + LEASE_MS }));
  if (lease?.by !== me) return { waiting: 1, next: (lease?.until ?? Date.now()) + 1000 };
  try {
    return await work();
  } finally {
    await store.kept("lease", (now) => (now?.by === me ? undefined : now));
  }
}

async function sendWhatWaits(store: Store, eager: boolean): Promise<Standing> {
  await tidy(store);
  const tried = new Set<string>();
  for (;;) {
    const all = await store.all();
    const now = Date.now();
    // What the city has not heard of yet goes before bytes of what it has.
    const mine = await Promise.all(all.map((item) => house().sends(item, store)));
    const ours = all.filter((_, place) => mine[place]);
    const order = [...ours.filter((item) => item.code === null), ...ours.filter((item) => item.code !== null)];
    const plans = order.map((item) => ({ item, step: plan(item, now, eager && !tried.has(item.id)) })).filter(({ step }) => step.do !== "rest");
    const ready = plans.find(({ step }) => step.do !== "wait");
    if (ready === undefined) {
      const times = plans.flatMap(({ step }) => (step.do === "wait" ? [step.until] : []));
      return { waiting: plans.length, next: times.length === 0 ? null : Math.min(...times) };
    }
    const status = await take(store, ready.item, ready.step);
    if (status !== "well") tried.add(ready.item.id);
    changed();
  }
}

/** One step of one item. "ill" when it must not be tried eagerly again. */
async function take(store: Store, item: OutboxItem, step: Step): Promise<"well" | "ill"> {
  if (step.do === "seal") {
    await update(store, item, sealed);
    return "well";
  }
  if (step.do === "push" && step.from === 0) await house().beforeBytes?.(store, step.media);
  const bytes = step.do === "push" ? await bytesOf(store, step.media.id, step.from, step.to) : null;
  if (step.do === "push" && bytes === null) {
    await update(store, item, (now) => withoutBytes(now, step.media.id));
    return "well";
  }
  const request = asked(item, step, bytes);
  if (request === null) return "well";
  const { csrf, renew } = house();
  const known = (await csrf(store)) ?? (await renew(store)) ?? "";
  let answer = await ask(request, known);
  if (answer.status === 401 && (await renew(store)) !== null) {
    await update(store, item, asNewDevice);
    return "ill";
  }
  if (answer.status === 403) {
    // Another tab may have made this browser another device since the value was read.
    const fresh = await csrf(store);
    if (fresh !== null && fresh !== known) answer = await ask(request, fresh);
  }
  await settled(store, item, step, answer);
  return answer.status >= 200 && answer.status < 300 ? "well" : "ill";
}

async function settled(store: Store, item: OutboxItem, step: Step, answer: Answer): Promise<void> {
  await update(store, item, (now) => settle(now, step, answer, { now: Date.now(), chance: Math.random() }));
}

async function update(store: Store, before: OutboxItem, how: (item: OutboxItem) => OutboxItem): Promise<void> {
  const after = await store.change(before.id, (item) => {
    if (item === undefined) return undefined;
    const next = how(item);
    return next === item ? undefined : { ...next, changedAt: new Date().toISOString() };
  });
  // What has arrived needs no room here any more.
  for (const media of after?.media ?? []) {
    const was = before.media.find((one) => one.id === media.id)?.state;
    if (was !== media.state && (media.state === "done" || media.state === "refused")) await store.dropParts(media.id);
  }
}

/** Forgets reports that were sent long ago, and bytes nobody names. */
async function tidy(store: Store): Promise<void> {
  const all = await store.all();
  const old = new Date(Date.now() - SHOWN_MS).toISOString();
  for (const item of all) if (item.stage === "done" && item.changedAt < old) await store.change(item.id, () => null);
  await store.sweep(new Set(all.flatMap((item) => item.media.map((media) => media.id))), Date.now() - STRAY_MS);
}

let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | null = null;
let askedAgain = false;

/** Tries now, and by itself again as often as it takes while this page lives. */
export function kick(eager = true): Promise<void> {
  // A run that is about to end may not have seen what was queued just now.
  askedAgain = running !== null;
  running ??= run(eager).finally(() => {
    running = null;
    if (takeAsked()) void kick();
  });
  return running;
}

async function run(eager: boolean): Promise<void> {
  clearTimeout(timer);
  try {
    let standing = await sendAll(eager);
    while (takeAsked()) standing = await sendAll(true);
    if (standing.waiting > 0) again(standing.next === null ? LEASE_MS : Math.max(250, standing.next - Date.now()));
  } catch {
    again(LEASE_MS);
  }
}

function takeAsked(): boolean {
  const was = askedAgain;
  askedAgain = false;
  return was;
}

function again(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => { void kick(false); }, Math.min(ms, 2 ** 31 - 1));
}
