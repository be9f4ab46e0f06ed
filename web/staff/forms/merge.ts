import { html, nothing, type TemplateResult } from "lit";

import { moment } from "../../shared/due";
import { t } from "../../shared/preferences";
import type { Report } from "../../shared/model";
import { likeness, similarTo } from "../similar";
import { stateChip } from "../tell";
import { valueOf, type Form } from "./form";

interface Draft { into: string; near: Report[] | null; asked: boolean }

/** Offers the reports that are most likely the same problem; any other code can be typed. */
export const mergeForm: Form<Draft> = {
  start: () => ({ into: "", near: null, asked: false }),
  args: (draft, report) => {
    const into = draft.into.trim().toUpperCase();
    return into === "" || into === report.code ? null : { into };
  },
  view: ({ report, draft, set }): TemplateResult => {
    if (!draft.asked) {
      draft.asked = true;
      similarTo(report.code).then((near) => set({ near, ...(draft.into === "" && near[0] !== undefined ? { into: near[0].code } : {}) }), () => set({ near: [] }));
    }
    return html`<fieldset><legend>${t("merge.near")}</legend>
        ${draft.near === null ? html`<p class="faint">${t("queue.loading")}</p>` : nothing}
        ${draft.near?.length === 0 ? html`<p class="faint">${t("merge.none")}</p>` : nothing}
        ${(draft.near ?? []).map((one) => html`<label class="option candidate">
          <input type="radio" name="into" value=${one.code} .checked=${one.code === draft.into} @change=${() => set({ into: one.code })}>
          ${one.media[0]?.small ? html`<img src=${one.media[0].small} alt="">` : nothing}
          <span><span class="line"><span class="code">${one.code}</span> ${moment(one.received_at)} ${stateChip(one)}</span>
            <span class="quiet">${one.description ?? ""}</span>${likeness(one)}</span></label>`)}</fieldset>
      <label>${t("merge.code")}<input class="code" autocomplete="off" autofocus spellcheck="false" .value=${draft.into} @input=${(event: Event) => set({ into: valueOf(event) })}></label>
      <p class="quiet">${t("merge.hint")}</p>`;
  },
};
