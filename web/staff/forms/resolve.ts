import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { currentLanguage, t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { upload } from "../../shared/tus";
import { valueOf, type Form, type FormContext } from "./form";

interface Piece { file: File; picture: string; share: number; id: string | null; fault: string | null; stop: AbortController }
interface Draft { summary: string; pieces: Piece[] }

const MOST_BYTES = 20 * 1024 * 1024;

function add(context: FormContext<Draft>, files: FileList | null): void {
  for (const file of files ?? []) {
    const piece: Piece = { file, picture: URL.createObjectURL(file), share: 0, id: null, fault: null, stop: new AbortController() };
    context.draft.pieces.push(piece);
    if (file.size > MOST_BYTES) piece.fault = t("upload.too_big");
    else void send(context, piece);
  }
  context.set({});
}

async function send(context: FormContext<Draft>, piece: Piece): Promise<void> {
  piece.fault = null;
  context.set({});
  try {
    piece.id = await upload(piece.file, (share) => { piece.share = share; context.set({}); }, piece.stop.signal);
  } catch (error) {
    const refused = asRefused(error);
    piece.fault = refused.status === 0 ? t("upload.broken") : refused.message;
  }
  context.set({});
}

function remove(context: FormContext<Draft>, piece: Piece): void {
  piece.stop.abort();
  URL.revokeObjectURL(piece.picture);
  context.set({ pieces: context.draft.pieces.filter((one) => one !== piece) });
}

function row(context: FormContext<Draft>, piece: Piece): TemplateResult {
  const percent = new Intl.NumberFormat(currentLanguage(), { style: "percent" }).format(piece.share);
  return html`<li><img src=${piece.picture} alt=${t("photo.after")}><div>
      ${piece.fault !== null ? html`<span class="chip late">${icon("alarm")}<span>${piece.fault}</span></span>`
        : piece.id !== null ? html`<span class="chip done">${icon("check")}<span>${t("upload.done")}</span></span>`
        : html`<label>${t("upload.sending")} <span class="number">${percent}</span><progress max="1" .value=${piece.share}></progress></label>`}
      <span class="row-buttons">${piece.fault === null ? nothing : html`<button type="button" @click=${() => void send(context, piece)}>${t("action.again")}</button>`}
      <button type="button" @click=${() => remove(context, piece)}>${t("upload.remove")}</button></span></div></li>`;
}

/** The agency's result with its proof; the photos travel while the words are being written. */
export const resolveForm: Form<Draft> = {
  start: () => ({ summary: "", pieces: [] }),
  args: (draft) => {
    const ready = draft.pieces.every((piece) => piece.id !== null || piece.fault !== null);
    if (draft.summary.trim() === "" || !ready) return null;
    return { summary: draft.summary.trim(), media: draft.pieces.flatMap((piece) => (piece.id === null ? [] : [piece.id])) };
  },
  view: (context): TemplateResult => {
    const { report, draft, set } = context;
    const before = report.media.filter((one) => one.role === "report" && (one.large ?? one.small));
    const after = draft.pieces[0];
    return html`<div class="sides">
        <figure><figcaption>${t("photo.before")}</figcaption>${before[0] ? html`<img src=${before[0].large ?? before[0].small ?? ""} alt=${t("photo.before")}>` : html`<p class="off">${t("photo.none")}</p>`}</figure>
        <figure><figcaption>${t("photo.after")}</figcaption>${after === undefined
          ? html`<label class="drop off">${icon("camera")}<span>${t("resolve.take")}</span><input class="visually-hidden" type="file" accept="image/*" capture="environment" @change=${(event: Event) => add(context, (event.target as HTMLInputElement).files)}></label>`
          : html`<img src=${after.picture} alt=${t("photo.after")}>`}</figure></div>
      <ul class="pieces">${draft.pieces.map((piece) => row(context, piece))}</ul>
      <label class="button">${icon("image")}${t("resolve.add")}<input class="visually-hidden" type="file" accept="image/*" multiple @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        add(context, input.files);
        input.value = "";
      }}></label>
      <label>${t("resolve.summary")}<span class="hint">${t("resolve.summary.hint")}</span>
        <textarea rows="4" .value=${draft.summary} @input=${(event: Event) => set({ summary: valueOf(event) })}></textarea></label>`;
  },
};
