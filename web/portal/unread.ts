/** The number beside "Mine": public pages are the same for everybody, so it is filled in here. */
import { asDevice, csrf } from "./device";

const KEPT_MS = 60_000;
const KEY = "hientruong-unread";

interface Inbox { items: { read: boolean }[] }

async function unread(): Promise<number> {
  const [count, until] = (sessionStorage.getItem(KEY) ?? "").split(" ").map(Number);
  if (count !== undefined && until !== undefined && Date.now() < until) return count;
  const inbox = await asDevice<Inbox>("/api/v1/devices/me/inbox");
  const found = inbox.items.filter((item) => !item.read).length;
  sessionStorage.setItem(KEY, `${String(found)} ${String(Date.now() + KEPT_MS)}`);
  return found;
}

/** Only a browser that is a resident's device asks at all; own pages know the number already. */
export async function showUnread(): Promise<void> {
  const badge = document.querySelector<HTMLElement>("[data-unread]");
  if (badge === null || csrf() === null) return;
  if (!badge.hidden || document.body.matches(".page-mine, .page-tracking")) {
    sessionStorage.removeItem(KEY);
    return;
  }
  try {
    const count = await unread();
    const shown = badge.querySelector("span");
    if (shown !== null) shown.textContent = String(count);
    badge.hidden = count === 0;
  } catch {
    // The badge is a courtesy; without network or with a dead credential the page is whole without it.
  }
}
