/* Shows notices that arrive while no page is open, and opens the report they are about. Nothing else: no caching. */
const OWN = /^\/(t|reports)\/[A-Za-z0-9-]+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let notice = {};
  try {
    notice = event.data ? event.data.json() : {};
  } catch {
    notice = { body: event.data.text() };
  }
  event.waitUntil(
    self.registration.showNotification(notice.title || "Hiện Trường", {
      body: notice.body || "",
      icon: "/icon-192.png",
      badge: "/icon-192.png",
      // One notice per report on the screen: the newest says what is true now.
      tag: notice.tag || undefined,
      renotify: Boolean(notice.tag),
      data: { path: pathOf(notice.url) },
    }),
  );
});

function pathOf(url) {
  try {
    const { origin, pathname } = new URL(url, self.location.origin);
    return origin === self.location.origin && OWN.test(pathname) ? pathname : "/mine";
  } catch {
    return "/mine";
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = (event.notification.data && event.notification.data.path) || "/mine";
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => {
      const here = open.find((client) => new URL(client.url).pathname === path);
      return here ? here.focus() : self.clients.openWindow(path);
    }),
  );
});
