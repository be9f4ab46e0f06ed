/** Parts with a few members of their own: the stopper, the proof, an agency's external system, a drawn shape. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../../shared/preferences";
import { textOf, without } from "./model";
import "./shape-editor";
import { grouped, options, ticked, typed, type At, type Part } from "./form-part";

type Value = Record<string, unknown>;

function line(at: At, value: Value, name: string, words: string, type: "text" | "tel" | "url" | "email" | "number" = "text"): TemplateResult {
  const put = (event: Event): void => {
    const next = typed(event);
    at.set(next === "" ? without(value, name) : { ...value, [name]: type === "number" ? Number(next) : next });
  };
  return html`<label class=${type === "number" || type === "tel" ? "" : "grow"}>${words}<input class=${type === "number" || type === "tel" ? "narrow" : ""} type=${type} name="${at.spec.name}-${name}" .value=${textOf(value[name])} @input=${put}></label>`;
}

const stopper: Part = (at: At) => {
  const value = (at.value ?? null) as Value | null;
  return grouped(at, html`<label class="tick"><input type="checkbox" name="stopper-on" .checked=${value !== null} @change=${(event: Event) => at.set(ticked(event) ? { text: "", phone: "114" } : null)}><span>${t("admin.stopper.on")}</span></label>
    ${value === null ? nothing : html`<div class="row">${line(at, value, "text", t("admin.stopper.text"))}</div><div class="row">${line(at, value, "text_en", t("admin.stopper.text_en"))}</div><div class="row">${line(at, value, "phone", t("admin.stopper.phone"), "tel")}</div>`}`);
};

const proof: Part = (at: At) => {
  const value = (at.value ?? null) as Value | null;
  const tick = (name: string, words: string): TemplateResult => html`<label class="tick"><input type="checkbox" name="proof-${name}" .checked=${value?.[name] === true} @change=${(event: Event) => at.set({ ...value, [name]: ticked(event) })}><span>${words}</span></label>`;
  return grouped(at, html`<label class="tick"><input type="checkbox" name="proof-on" .checked=${value !== null} @change=${(event: Event) => at.set(ticked(event) ? { within_m: 200, after_assignment: true, unique: true, words: 5 } : null)}><span>${t("admin.proof.on")}</span></label>
    ${value === null ? nothing : html`<div class="row">${line(at, value, "within_m", t("admin.proof.within"), "number")}${line(at, value, "words", t("admin.proof.words"), "number")}</div>
      ${tick("after_assignment", t("admin.proof.after"))}${tick("unique", t("admin.proof.unique"))}`}`);
};

const external: Part = (at: At) => {
  const value = (at.value ?? null) as Value | null;
  const kind = textOf(value?.["kind"]);
  const kinds = ["", "webhook", "email"] as const;
  return grouped(at, html`<label>${t("admin.external.kind")}<select name="external-kind" .value=${kind} @change=${(event: Event) => at.set(typed(event) === "" ? null : { kind: typed(event) })}>${options(kinds.map((one) => ({ value: one, words: t(`admin.external.kind.${one === "" ? "none" : one}`) })), kind)}</select></label>
    ${value === null ? nothing : kind === "email" ? html`<div class="row">${line(at, value, "address", t("admin.external.address"), "email")}</div>` : html`<div class="row">${line(at, value, "url", t("admin.external.url"), "url")}</div>
      <span class="hint">${t("admin.external.secret")}</span>`}`);
};

const shape: Part = (at: At) => grouped(at, html`<ht-shape-editor .value=${at.value} .picked=${at.item["areas"] ?? []} ?disabled=${at.off} @shape=${(event: CustomEvent<unknown>) => at.set(event.detail)}></ht-shape-editor>`);

export const MORE = { stopper, proof, external, shape };
