/** A new version of the app waits until somebody wants it: nothing is taken away under a hand that is typing. */
import { h, t } from "../page";

const LAST_WORDS_MS = 600;

/** Registers the worker and offers its successor when one is ready. */
export async function followUpdates(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/sw.js").catch(() => null);
  if (registration === null) return;
  // The very first worker takes over a page that needs nothing of it; only a successor brings a new page.
  let first = navigator.serviceWorker.controller === null;
  if (registration.waiting !== null && !first) offer(registration);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && navigator.serviceWorker.controller !== null) offer(registration);
    });
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!first) renewWhenUnseen();
    first = false;
  });
}

let asked = false;

function offer(registration: ServiceWorkerRegistration): void {
  if (document.querySelector(".update-bar") !== null) return;
  const take = (): void => {
    asked = true;
    // Whatever listens has this long to write down its last words.
    window.dispatchEvent(new Event("keep-now"));
    setTimeout(() => registration.waiting?.postMessage("activate"), LAST_WORDS_MS);
  };
  document.body.append(h("div", { class: "update-bar", role: "status" }, h("p", {}, t("update.ready")), h("button", { type: "button", class: "button", onclick: take }, t("update.take"))));
}

/** The page where it was wished is renewed at once, any other when nobody looks at it. */
function renewWhenUnseen(): void {
  if (asked || document.hidden) { location.reload(); return; }
  document.addEventListener("visibilitychange", () => { if (document.hidden) location.reload(); });
}
