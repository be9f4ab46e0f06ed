/** Photos that travel while the words of a form are being written: chosen or taken, sent in pieces, kept or taken out. */
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { currentLanguage, t } from "../../shared/preferences";
import { asRefused } from "../../shared/problem";
import { upload } from "../../shared/tus";

export interface Piece { file: File; picture: string; share: number; id: string | null; fault: string | null; stop: AbortController }
export interface WithPieces { pieces: Piece[] }

/** The part of a form's context that photos need. */
export interface PieceForm { draft: WithPieces; set: (part: Partial<WithPieces>) => void }

const MOST_BYTES = 20 * 1024 * 1024;

export function addPieces(context: PieceForm, files: FileList | null): void {
  for (const file of files ?? []) {
    const piece: Piece = { file, picture: URL.createObjectURL(file), share: 0, id: null, fault: null, stop: new AbortController() };
    context.draft.pieces.push(piece);
    if (file.size > MOST_BYTES) piece.fault = t("upload.too_big");
    else void send(context, piece);
  }
  context.set({});
}

async function send(context: PieceForm, piece: Piece): Promise<void> {
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

function remove(context: PieceForm, piece: Piece): void {
  piece.stop.abort();
  URL.revokeObjectURL(piece.picture);
  context.set({ pieces: context.draft.pieces.filter((one) => one !== piece) });
}

function row(context: PieceForm, piece: Piece): TemplateResult {
  const percent = new Intl.NumberFormat(currentLanguage(), { style: "percent" }).format(piece.share);
  return html`<li><img src=${piece.picture} alt=${t("photo.after")}><div>
      ${piece.fault !== null ? html`<span class="chip late">${icon("alarm")}<span>${piece.fault}</span></span>`
        : piece.id !== null ? html`<span class="chip done">${icon("check")}<span>${t("upload.done")}</span></span>`
        : html`<label>${t("upload.sending")} <span class="number">${percent}</span><progress max="1" .value=${piece.share}></progress></label>`}
      <span class="row-buttons">${piece.fault === null ? nothing : html`<button type="button" @click=${() => void send(context, piece)}>${t("action.again")}</button>`}
      <button type="button" @click=${() => remove(context, piece)}>${t("upload.remove")}</button></span></div></li>`;
}

export function pieceList(context: PieceForm): TemplateResult {
  return html`<ul class="pieces">${context.draft.pieces.map((piece) => row(context, piece))}</ul>`;
}

/** `capture`: a phone opens its camera, from which position and time come along. */
export function pieceButton(context: PieceForm, words: string, capture: boolean): TemplateResult {
  return html`<label class="button">${icon(capture ? "camera" : "image")}${words}<input class="visually-hidden" type="file" accept="image/*" ?multiple=${!capture} capture=${capture ? "environment" : nothing} @change=${(event: Event) => {
    const input = event.target as HTMLInputElement;
    addPieces(context, input.files);
    input.value = "";
  }}></label>`;
}

/** The ids of what arrived, or null while something is still on its way. */
export function uploaded(draft: WithPieces): string[] | null {
  const settled = draft.pieces.every((piece) => piece.id !== null || piece.fault !== null);
  return settled ? draft.pieces.flatMap((piece) => (piece.id === null ? [] : [piece.id])) : null;
}
