/** Whose outbox this is: a resident's reports or a crew's results. A page or a worker belongs to one of them and says so
 *  before it touches anything. */
import type { OutboxItem, OutboxMedia } from "./types";
import type { Store } from "./store";

export interface House {
  /** The database of the browser; the lock, the channel and the wish to be woken are named after `name`. */
  readonly database: string;
  readonly name: string;
  /** The anti-forgery value of the credential this browser sends; null where there is none. */
  csrf(store: Store): Promise<string | null>;
  /** Makes a credential when the server knows the old one no longer; null where only a person can, by signing in. */
  renew(store: Store): Promise<string | null>;
  /** Whether the credential of now may send this. */
  sends(item: OutboxItem, store: Store): Promise<boolean>;
  /** Where it is sent, where more media are named, and where the server shows what it has. */
  addresses(item: OutboxItem): { send: string; media: string; look: string };
  /** The last word about a medium before the first of its bytes go; they may change, their number may not. */
  beforeBytes?(store: Store, media: OutboxMedia): Promise<void>;
  /** Takes over what an older version of the app left. */
  settle(store: Store): Promise<void>;
}

let chosen: House | null = null;

export function inhabit(house: House): void {
  chosen = house;
}

export function house(): House {
  if (chosen === null) throw new Error("this page has not said whose outbox it uses");
  return chosen;
}
