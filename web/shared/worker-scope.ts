/** The part of the service worker's world that ours uses; TypeScript's own description of it excludes that of pages. */

export interface Waiting extends Event { waitUntil(work: Promise<unknown>): void }
export interface Fetching extends Waiting { readonly request: Request; respondWith(answer: Promise<Response>): void }
export interface Pushed extends Waiting { readonly data: { json(): unknown; text(): string } | null }
export interface Clicked extends Waiting { readonly notification: Notification }
export interface Syncing extends Waiting { readonly tag: string }
export interface Told extends Waiting { readonly data: unknown }

interface Window { readonly url: string; focus(): Promise<unknown> }

interface Events {
  install: Waiting;
  activate: Waiting;
  fetch: Fetching;
  push: Pushed;
  notificationclick: Clicked;
  sync: Syncing;
  message: Told;
}

export interface WorkerScope {
  readonly location: Location;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(which: { type: "window"; includeUncontrolled: boolean }): Promise<Window[]>;
    openWindow(path: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): void;
}
