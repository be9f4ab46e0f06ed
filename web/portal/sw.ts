/** The service worker: the app without a network, what waits in the outbox sent without a page, and notices.
 *
 *  Never kept: answers of the API, media, pages of one person. Kept are the form and the outbox page, the same for
 *  everybody, and the files of the build, which are named by their content.
 */
import { sendInBackground } from "../shared/outbox/background";
import { sendAll } from "../shared/outbox/sender";
import "./outbox/resident";
import { takeShared } from "./outbox/shared";
import type { Clicked, Pushed, WorkerScope } from "../shared/worker-scope";

/** Written by the build: a hash of the worker with all it brings, and the files of the app without the maps. */
declare const SHELL: { version: string; files: string[] };

const { version, files } = SHELL;
const worker = self as unknown as WorkerScope;
const FILES = `hientruong-files-${version}`;
const PAGES = "hientruong-pages";
const FORM = "/new";
const OUTBOX = "/outbox";
const SHARE = "/share";
const ICONS = ["/favicon.svg", "/icon-192.png", "/icon-512.png", "/manifest.webmanifest"];
const BUILT = "/static/portal/";
const PATIENCE_MS = 4000;
const FRESH_MS = 6 * 3600_000;
const SYNC = "hientruong-outbox";
const OWN = /^\/(t|reports)\/[A-Za-z0-9-]+$/;

worker.addEventListener("install", (event) => {
  // Files first: a page is never kept before what it needs.
  event.waitUntil(keepFiles().then(keepPages));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldFiles().then(() => worker.clients.claim()));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(FILES);
  await cache.addAll([...files, ...ICONS]);
}

/** The pages as anybody would get them: `Purpose` tells the server that nobody is looking, so nobody becomes a device. */
async function keepPages(): Promise<void> {
  const cache = await caches.open(PAGES);
  await Promise.all([FORM, OUTBOX].map(async (path) => {
    const page = await fetch(path, { headers: { Purpose: "offline-copy" }, cache: "no-store" });
    if (!page.ok || page.redirected) throw new Error(path);
    await keepWhatItNeeds(await page.clone().text());
    await cache.put(path, page);
  }));
}

/** A page of a newer build than this worker names files this worker does not know; its own worker comes later. */
async function keepWhatItNeeds(html: string): Promise<void> {
  const cache = await caches.open(FILES);
  for (const [address] of html.matchAll(/\/static\/portal\/[^"'\s<>]+/g)) {
    if ((await caches.match(address)) === undefined) await cache.add(address);
  }
}

async function forgetOldFiles(): Promise<void> {
  const known = new Set([FILES, PAGES]);
  for (const name of await caches.keys()) if (name.startsWith("hientruong-") && !known.has(name)) await caches.delete(name);
}

worker.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== worker.location.origin) return;
  if (event.request.method === "POST" && address.pathname === SHARE) {
    event.respondWith(shared(event.request));
  } else if (event.request.method === "GET" && event.request.mode === "navigate") {
    const answer = page(event.request, address.pathname);
    event.respondWith(answer);
    // Behind the answer, which may be what sets the language.
    event.waitUntil(answer.then(() => freshen(address.pathname), () => undefined));
  } else if (event.request.method === "GET" && (address.pathname.startsWith(BUILT) || ICONS.includes(address.pathname))) {
    event.respondWith(file(event.request, address.pathname));
  }
});

/** From the network; without one, or where the form would be long in coming, as it was kept. */
async function page(request: Request, path: string): Promise<Response> {
  const coming = fetch(request);
  const kept = await caches.match(path === FORM || path === OUTBOX ? path : OUTBOX, { cacheName: PAGES });
  if (kept === undefined) return coming;
  try {
    const answer = path === FORM ? await Promise.race([coming, patience()]) : await coming;
    // A city that is down for a moment is no reason not to write a report.
    return path === FORM && answer.status >= 500 ? kept : answer;
  } catch {
    return kept;
  }
}

function patience(): Promise<never> {
  return new Promise((_, fail) => { setTimeout(() => fail(new Error("slow")), PATIENCE_MS); });
}

/** Another language is chosen on an ordinary page, and categories change: the kept pages follow. */
async function freshen(path: string): Promise<void> {
  const kept = await caches.match(FORM, { cacheName: PAGES });
  const age = Date.now() - Date.parse(kept?.headers.get("Date") ?? "");
  if (path === "/preferences" || !(age < FRESH_MS)) await keepPages().catch(() => undefined);
}

/** Files of the build never change; icons are renewed with the next worker. */
async function file(request: Request, path: string): Promise<Response> {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept !== undefined) return kept;
  const found = await fetch(request);
  if (found.status === 200 && path.startsWith(BUILT)) {
    const copy = found.clone();
    // No room for the maps is no reason to show none.
    await caches.open(FILES).then((cache) => cache.put(request, copy)).catch(() => undefined);
  }
  return found;
}

/** Photos shared from another app go into the draft; the form shows it. */
async function shared(request: Request): Promise<Response> {
  await takeShared(await request.formData()).catch(() => undefined);
  return Response.redirect(FORM, 303);
}

worker.addEventListener("message", (event) => {
  if (event.data === "activate") event.waitUntil(worker.skipWaiting());
  if (event.data === "kick") event.waitUntil(sendAll(true));
});

worker.addEventListener("sync", (event) => {
  if (event.tag === SYNC) event.waitUntil(sendInBackground());
});

worker.addEventListener("push", (event) => {
  // Whatever wakes the worker is a chance for what waits.
  event.waitUntil(Promise.all([notify(event), sendAll(false)]));
});

interface Notice { title?: string; body?: string; tag?: string; url?: string }

function noticeOf(data: Pushed["data"]): Notice {
  if (data === null) return {};
  try {
    return data.json() as Notice;
  } catch {
    return { body: data.text() };
  }
}

function notify(event: Pushed): Promise<void> {
  const { title, body, tag, url } = noticeOf(event.data);
  const options: NotificationOptions & { renotify: boolean } = {
    body: body ?? "", icon: "/icon-192.png", badge: "/icon-192.png", renotify: Boolean(tag), data: { path: pathOf(url) },
    // One notice per report on the screen: the newest says what is true now.
    ...(tag === undefined ? {} : { tag }),
  };
  return worker.registration.showNotification(title ?? "Hiện Trường", options);
}

function pathOf(url: string | undefined): string {
  try {
    const { origin, pathname } = new URL(url ?? "", worker.location.origin);
    return origin === worker.location.origin && OWN.test(pathname) ? pathname : "/mine";
  } catch {
    return "/mine";
  }
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event));
});

async function show(event: Clicked): Promise<unknown> {
  const path = (event.notification.data as { path?: string } | null)?.path ?? "/mine";
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const here = open.find((client) => new URL(client.url).pathname === path);
  return here === undefined ? worker.clients.openWindow(path) : here.focus();
}
