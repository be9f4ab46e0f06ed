/** A field for a file in the city's language: the browser's own speaks the browser's. */
import { html, type TemplateResult } from "lit";

import { icon } from "../../shared/icons";
import { t } from "../../shared/preferences";

export interface FileField { label: string; name: string; file: File | null; pick: (file: File | null) => void; required?: boolean }

const KINDS = ".geojson,.json,.gpkg,.zip,application/geo+json";

export function fileField({ label, name, file, pick, required = false }: FileField): TemplateResult {
  const change = (event: Event): void => pick((event.currentTarget as HTMLInputElement).files?.[0] ?? null);
  return html`<label class="file grow">${label}<span class="chosen"><span class="button">${icon("upload")}${t("admin.file.choose")}</span><span class=${file === null ? "quiet" : ""}>${file?.name ?? t("admin.file.none")}</span></span>
    <input class="visually-hidden" type="file" name=${name} accept=${KINDS} ?required=${required} @change=${change}></label>`;
}
