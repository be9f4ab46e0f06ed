/** Changes of the outbox, told to every tab and to the worker. */
import { house } from "./house";
import { outbox } from "./store";
import type { OutboxItem } from "./types";

const here = new Set<() => void>();
let channel: BroadcastChannel | null = null;

function line(): BroadcastChannel | null {
  if (channel === null && "BroadcastChannel" in self) {
    channel = new BroadcastChannel(house().name);
    channel.onmessage = () => { for (const tell of here) tell(); };
  }
  return channel;
}

/** Says everywhere that something changed; a channel does not speak to itself. */
export function changed(): void {
  line()?.postMessage("changed");
  for (const tell of here) tell();
}

/** Everything in the outbox, oldest first, the draft included. */
export async function items(): Promise<OutboxItem[]> {
  return (await outbox()).all();
}

/** Calls `listener` with all items now and after every change, until the returned function is called. */
export function subscribe(listener: (all: OutboxItem[]) => void): () => void {
  const state = { reading: false, stale: false, over: false };
  const tell = async (): Promise<void> => {
    state.stale = true;
    // Changes that come while the last one is being read are told once, with what is true then.
    if (state.reading) return;
    state.reading = true;
    try {
      while (state.stale && !state.over) {
        state.stale = false;
        listener(await items());
      }
    } finally {
      state.reading = false;
    }
  };
  const hear = (): void => { void tell(); };
  line();
  here.add(hear);
  hear();
  return () => { state.over = true; here.delete(hear); };
}
