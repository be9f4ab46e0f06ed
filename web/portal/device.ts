/** The browser as a resident's device: its credential is an HttpOnly cookie, its anti-forgery value a readable one. */
import { api, cookie, type Call } from "../shared/api";

/** A browser may be a resident's and a member of staff's at once, so the device has a value of its own. */
export function csrf(): string | null {
  return cookie("hientruong_csrf_device", document.cookie);
}

/** An API call as this device. */
export function asDevice<T>(path: string, call: Call = {}): Promise<T> {
  return api<T>(path, { ...call, headers: { ...call.headers, "X-CSRF-Token": csrf() ?? "" } });
}

/** Makes sure this browser is a device; `anew` when the server no longer knows the old one. */
export async function becomeDevice(anew = false): Promise<void> {
  if (!anew && csrf() !== null) return;
  await api("/api/v1/devices", {
    method: "POST",
    body: { platform: "web", locale: document.body.dataset["locale"] ?? "vi", cookie: true },
  });
}
