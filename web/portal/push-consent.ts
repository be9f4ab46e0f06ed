import { asDevice } from "./device";
import { h, need, t } from "./page";

const LATER = "hientruong-push-later";

/** Asks for notices, and only where a report was sent or somebody looks for them: a question before that is refused. */
export class PushConsent extends HTMLElement {
  connectedCallback(): void {
    const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    if (!able || Notification.permission === "denied") return;
    const later = this.dataset["ask"] === undefined && localStorage.getItem(LATER) !== null;
    if (later) return;
    if (Notification.permission === "granted") { void subscribe().catch(() => undefined); return; }
    this.hidden = false;
    need(this, "[data-yes]").addEventListener("click", () => { void this.ask(); });
    this.querySelector("[data-no]")?.addEventListener("click", () => { localStorage.setItem(LATER, "1"); this.hidden = true; });
  }

  private async ask(): Promise<void> {
    const permission = await Notification.requestPermission();
    const words = permission === "granted" ? await subscribe().then(calmNights).then(() => "push_on", () => "push_failed") : "push_denied";
    this.replaceChildren(h("p", { class: "notice", role: "status" }, t(words)));
  }
}

interface Preferences { quiet_hours: { from: string; to: string } | null }

const NIGHT = { from: "22:00", to: "06:30" };

/** Consent comes with quiet nights, as the words beside the button say; hours somebody has chosen stay. */
async function calmNights(): Promise<void> {
  const chosen = await asDevice<Preferences>("/api/v1/devices/me/preferences");
  if (chosen.quiet_hours !== null) return;
  await asDevice("/api/v1/devices/me/preferences", { method: "PATCH", body: { quiet_hours: NIGHT } });
}

async function subscribe(): Promise<void> {
  const worker = await navigator.serviceWorker.register("/sw.js");
  const { key } = await asDevice<{ key: string }>("/api/v1/push/key");
  const known = await worker.pushManager.getSubscription();
  const subscription = known ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = subscription.toJSON();
  await asDevice("/api/v1/devices/me/push", { method: "PUT", body: { kind: "webpush", subscription: { endpoint, keys } } });
}
