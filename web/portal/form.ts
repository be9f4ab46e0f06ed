/** The report form's own code: only its page loads it. */
import { KindSearch } from "./kind-search";
import { NearYou } from "./near-you";
import { PhotoPicker } from "./photo-picker";
import { PlacePicker } from "./place-picker";
import { ReportForm } from "./report-form";
import { SendPanel } from "./send-panel";
import { textSize } from "./text-size";
import { VoiceNote } from "./voice-note";

textSize();

// Inner elements first: the form speaks to them as soon as it exists.
customElements.define("photo-picker", PhotoPicker);
customElements.define("voice-note", VoiceNote);
customElements.define("kind-search", KindSearch);
customElements.define("place-picker", PlacePicker);
customElements.define("near-you", NearYou);
customElements.define("send-panel", SendPanel);
customElements.define("report-form", ReportForm);
