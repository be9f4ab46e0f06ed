/** The portal with scripts. Every page is whole without them; each element only makes its own part better. */
import { LiveReport } from "./live-report";
import { FollowButton } from "./follow-button";
import { PlaceMap, PublishedMap, SpotsMap } from "./map-views";
import { MoveHere } from "./move-here";
import { PushConsent } from "./push-consent";
import { sendForms } from "./send-form";
import { ShareLink } from "./share-link";
import { showUnread } from "./unread";

if (document.querySelector("report-form") !== null) void import("./form");
customElements.define("published-map", PublishedMap);
customElements.define("spots-map", SpotsMap);
customElements.define("place-map", PlaceMap);
customElements.define("follow-button", FollowButton);
customElements.define("live-report", LiveReport);
customElements.define("push-consent", PushConsent);
customElements.define("move-here", MoveHere);
customElements.define("share-link", ShareLink);

sendForms();
void showUnread();
if (document.querySelector("stat-chart") !== null) void import("./charts");

// A filter works at once when a choice is made; the button stays for the keyboard and for text.
for (const choice of document.querySelectorAll<HTMLSelectElement>(".filters select")) {
  choice.addEventListener("change", () => choice.form?.requestSubmit());
}
// Empty fields would stand in the address for nothing.
document.querySelector<HTMLFormElement>(".filters")?.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// What waits in the outbox goes by itself from any page; nothing of that is needed to show one.
const awake = (): void => { void import("./outbox/awake").then((outbox) => outbox.awake(), () => undefined); };
if (document.readyState === "complete") awake();
else window.addEventListener("load", awake, { once: true });
