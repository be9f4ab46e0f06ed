import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { named, t } from "../../shared/preferences";
import type { Agency } from "../../shared/model";
import { becauseText } from "../because";
import { agencyName } from "../tell";
import { valueOf, type Form, type FormContext } from "./form";

interface Draft { lead: string; proposed: string; supporting: string[]; proposedSupporting: string[]; note: string }

function agencies(context: FormContext<Draft>): Agency[] {
  return [...context.desk.catalogues.agencies.values()].sort((a, b) => named(a).localeCompare(named(b), "vi"));
}

/** Opens on the routed proposal: Enter accepts it as it is. */
export const dispatchForm: Form<Draft> = {
  start: (_desk, report) => {
    const lead = report.route?.lead ?? report.lead ?? "";
    const supporting = report.route?.supporting ?? report.supporting ?? [];
    return { lead, proposed: lead, supporting: [...supporting], proposedSupporting: [...supporting], note: "" };
  },
  args: (draft) => {
    if (draft.lead === "") return null;
    const same = draft.supporting.length === draft.proposedSupporting.length && draft.supporting.every((code) => draft.proposedSupporting.includes(code));
    return {
      ...(draft.lead === draft.proposed ? {} : { lead: draft.lead }), ...(same ? {} : { supporting: draft.supporting }),
      ...(draft.note.trim() === "" ? {} : { note: draft.note.trim() }),
    };
  },
  view: (context): TemplateResult => {
    const { desk, report, draft, set } = context;
    const near = (report.route?.because ?? []).filter((reason) => reason.code === "near-boundary");
    const back = report.returns?.at(-1);
    const other = draft.lead !== draft.proposed;
    return html`
      ${back?.proposed_agency ? html`<p class="note warn">${t("dispatch.returned", { agency: agencyName(desk, back.agency), proposed: agencyName(desk, back.proposed_agency) })}
        <button type="button" class="link" @click=${() => set({ lead: back.proposed_agency ?? draft.lead })}>${t("dispatch.take_proposed")}</button></p>` : nothing}
      <label>${t("dispatch.lead")}
        <select autofocus .value=${draft.lead} @change=${(event: Event) => set({ lead: valueOf(event), supporting: draft.supporting.filter((code) => code !== valueOf(event)) })}>
          ${draft.lead === "" ? html`<option value="" selected>${t("choose")}</option>` : nothing}
          ${agencies(context).map((agency) => html`<option value=${agency.code} ?selected=${agency.code === draft.lead}>${named(agency)}${agency.code === draft.proposed ? ` — ${t("dispatch.proposed")}` : ""}</option>`)}
        </select></label>
      ${other ? html`<p class="note info">${t("dispatch.other", { agency: agencyName(desk, draft.proposed) })}</p>` : html`<ul class="because">${
        (report.route?.because ?? []).map((reason) => html`<li>· ${becauseText(desk, reason)}</li>`)}</ul>`}
      ${near.length > 0 ? html`<p class="note warn">${icon("alarm")} ${near.map((reason) => becauseText(desk, reason)).join(" ")} ${t("dispatch.near")}</p>` : nothing}
      <div class="group"><label>${t("dispatch.supporting")}
        <select .value=${""} @change=${(event: Event) => {
          const code = valueOf(event);
          (event.target as HTMLSelectElement).value = "";
          if (code !== "") set({ supporting: [...draft.supporting, code] });
        }}><option value="">${t("dispatch.add")}</option>
          ${agencies(context).filter((agency) => agency.code !== draft.lead && !draft.supporting.includes(agency.code)).map((agency) => html`<option value=${agency.code}>${named(agency)}</option>`)}
        </select></label>
        ${draft.supporting.length > 0 ? html`<ul class="chips">${draft.supporting.map((code) => html`<li class="chip"><span>${agencyName(desk, code)}</span>
          <button type="button" class="bare tiny" aria-label=${t("dispatch.remove", { agency: agencyName(desk, code) })} @click=${() => set({ supporting: draft.supporting.filter((one) => one !== code) })}>${icon("cross")}</button></li>`)}</ul>` : nothing}</div>
      <label>${t("dispatch.note")} <span class="hint">${t("optional")}</span>
        <textarea rows="2" .value=${draft.note} @input=${(event: Event) => set({ note: valueOf(event) })}></textarea></label>`;
  },
};
