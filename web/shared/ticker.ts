import { serverNow } from "./server-time";

/** One timer for all clocks of a page, so that they change in the same instant and rest while nobody looks. */
const listeners = new Set<(now: number) => void>();
let timer: number | null = null;

function tick(): void {
  const now = serverNow();
  for (const tell of listeners) tell(now);
  timer = listeners.size > 0 ? window.setTimeout(tick, 1000 - (now % 1000)) : null;
}

/** Calls `tell` every second, by the server's clock, until the returned function is called. */
export function everySecond(tell: (now: number) => void): () => void {
  listeners.add(tell);
  timer ??= window.setTimeout(tick, 1000 - (serverNow() % 1000));
  return () => listeners.delete(tell);
}
