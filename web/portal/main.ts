/** The portal with scripts. Every page is whole without them; each element only makes its own part better. */
import { KindSearch } from "./kind-search";
import { LiveReport } from "./live-report";
import { PlaceMap, PublishedMap } from "./map-views";
import { PhotoPicker } from "./photo-picker";
import { PlacePicker } from "./place-picker";
import { PushConsent } from "./push-consent";
import { ReportForm } from "./report-form";
import { sendForms } from "./send-form";
import { ShareLink } from "./share-link";

// Inner elements first: the form speaks to them as soon as it exists.
customElements.define("photo-picker", PhotoPicker);
customElements.define("kind-search", KindSearch);
customElements.define("place-picker", PlacePicker);
customElements.define("report-form", ReportForm);
customElements.define("published-map", PublishedMap);
customElements.define("place-map", PlaceMap);
customElements.define("live-report", LiveReport);
customElements.define("push-consent", PushConsent);
customElements.define("share-link", ShareLink);

sendForms();

// A filter works at once when a choice is made; the button stays for the keyboard and for text.
for (const choice of document.querySelectorAll<HTMLSelectElement>(".filters select")) {
  choice.addEventListener("change", () => choice.form?.requestSubmit());
}
// Empty fields would stand in the address for nothing.
document.querySelector<HTMLFormElement>(".filters")?.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
