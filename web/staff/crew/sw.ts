/** The crew's service worker: the page of the day without a network, and results sent when it is back, also without a
 *  page. Never kept here: answers of the API. */
import "./crew-house";
import { sendInBackground } from "../../shared/outbox/background";
import { sendAll } from "../../shared/outbox/sender";
import type { WorkerScope } from "../../shared/worker-scope";

/** Written by the build: a hash of the worker with all it brings, and the files of the page. */
declare const SHELL: { version: string; files: string[] };

const { version, files } = SHELL;
const worker = self as unknown as WorkerScope;
const KEPT = `hientruong-crew-files-${version}`;
const TODAY = "/agency/today";
const BUILT = "/static/staff/";
const SYNC = "hientruong-crew-outbox";
const PATIENCE_MS = 4000;

worker.addEventListener("install", (event) => { event.waitUntil(keep()); });
worker.addEventListener("activate", (event) => { event.waitUntil(forgetOld().then(() => worker.clients.claim())); });

async function keep(): Promise<void> {
  const cache = await caches.open(KEPT);
  await cache.addAll([...files, "/favicon.svg"]);
  const page = await fetch(TODAY, { cache: "no-store" });
  if (!page.ok || page.redirected) throw new Error(TODAY);
  await cache.put(TODAY, page);
}

async function forgetOld(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith("hientruong-crew-files-") && name !== KEPT) await caches.delete(name);
}

worker.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== worker.location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, address.pathname));
  else if (address.pathname.startsWith(BUILT)) event.respondWith(file(event.request));
});

/** From the network; without one, or where it would be long in coming, the page of the day as it was kept. */
async function page(request: Request, path: string): Promise<Response> {
  const coming = fetch(request);
  const kept = await caches.match(TODAY, { cacheName: KEPT });
  if (kept === undefined) return coming;
  try {
    const answer = path === TODAY ? await Promise.race([coming, patience()]) : await coming;
    return path === TODAY && answer.status >= 500 ? kept : answer;
  } catch {
    return kept;
  }
}

function patience(): Promise<never> {
  return new Promise((_, fail) => { setTimeout(() => fail(new Error("slow")), PATIENCE_MS); });
}

/** Files of the build never change. */
async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept !== undefined) return kept;
  const found = await fetch(request);
  if (found.status === 200) {
    const copy = found.clone();
    await caches.open(KEPT).then((cache) => cache.put(request, copy)).catch(() => undefined);
  }
  return found;
}

worker.addEventListener("message", (event) => {
  if (event.data === "kick") event.waitUntil(sendAll(true));
});

worker.addEventListener("sync", (event) => {
  if (event.tag === SYNC) event.waitUntil(sendInBackground());
});

