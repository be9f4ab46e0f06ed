import { html, type TemplateResult } from "lit";

import { t } from "../../shared/preferences";
import "../officer-select";
import { valueOf, type Form } from "./form";

interface Draft { to: string; note: string }

/** One case to a colleague, or to whoever comes next, with what that one should know. */
export const handOverForm: Form<Draft> = {
  start: () => ({ to: "", note: "" }),
  args: (draft) => (draft.note.trim() === "" ? null : { note: draft.note.trim(), ...(draft.to === "" ? {} : { to: draft.to }) }),
  view: ({ desk, draft, set }): TemplateResult => html`<p class="note info">${t("hand_over.hint")}</p>
    <ht-officer-select .me=${desk.me.username} .chosen=${draft.to} @pick=${(event: CustomEvent<string>) => set({ to: event.detail })}></ht-officer-select>
    <label>${t("hand_over.note")}<textarea rows="3" autofocus .value=${draft.note} @input=${(event: Event) => set({ note: valueOf(event) })}></textarea></label>`,
};
