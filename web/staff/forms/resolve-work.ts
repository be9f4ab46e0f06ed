/** What the work inside the agency adds to a result: photos of crews as proof, and a word where parts are open. */
import { html, nothing, type TemplateResult } from "lit";

import type { Media, Report } from "../../shared/model";
import { t } from "../../shared/preferences";
import type { Desk } from "../desk";
import { agencyName } from "../tell";
import { proofs, workOf } from "../work-model";
import { valueOf, type FormContext } from "./form";

export interface WithWork {
  photos: readonly Media[];
  taken: ReadonlySet<string>;
  open: readonly string[];
  because: string;
}

/** The draft with nothing of it yet; what there is comes a moment later, and the desk draws the form again. */
export function withWork<D extends object>(draft: D, desk: Desk, report: Report): D & WithWork {
  const made = { ...draft, photos: [], taken: new Set<string>(), open: [], because: "" } as D & WithWork;
  void workOf(report.code).then((work) => {
    made.photos = proofs(work);
    made.taken = new Set(made.photos.map((one) => one.id));
    made.open = work.parts.filter((part) => part.state === "open").map((part) => part.agency);
    desk.redraw();
  }, () => undefined);
  return made;
}

/** The arguments, or null while a word is missing. */
export function workArgs({ taken, open, because }: WithWork): Record<string, unknown> | null {
  if (open.length > 0 && because.trim() === "") return null;
  return { ...(taken.size === 0 ? {} : { work: [...taken] }), ...(open.length === 0 ? {} : { open_because: because.trim() }) };
}

export function workSection({ desk, draft, set }: FormContext<WithWork>): TemplateResult {
  const tick = (id: string, on: boolean): void => { const taken = new Set(draft.taken); if (on) taken.add(id); else taken.delete(id); set({ taken }); };
  return html`${draft.photos.length === 0 ? nothing : html`<fieldset><legend>${t("resolve.work")}</legend><p class="hint">${t("resolve.work.hint")}</p>
      ${draft.photos.map((one, place) => html`<label class="option"><input type="checkbox" data-work .checked=${draft.taken.has(one.id)} @change=${(event: Event) => tick(one.id, (event.target as HTMLInputElement).checked)}>
        ${one.small ?? one.large ? html`<img width="88" height="64" src=${one.small ?? one.large ?? ""} alt="">` : nothing}<span>${t("crew.photo.n", { n: place + 1 })}</span></label>`)}</fieldset>`}
    ${draft.open.length === 0 ? nothing : html`<label>${t("resolve.open_parts", { names: draft.open.map((code) => agencyName(desk, code)).join(", ") })}
      <textarea rows="2" data-open-because .value=${draft.because} @input=${(event: Event) => set({ because: valueOf(event) })}></textarea></label>`}`;
}
