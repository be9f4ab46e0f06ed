/** The controls of the form as plain entries, and back. */
import type { Entries } from "../shared/outbox/types";

/** Fields that belong to this page load, not to what the resident entered. */
const OURS = new Set(["csrf", "key", "media"]);

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function entriesOf(form: HTMLFormElement): Entries {
  return [...new FormData(form)].filter((one): one is [string, string] => typeof one[1] === "string" && !OURS.has(one[0]));
}

/** Whether a person has entered anything: what the form begins with does not count. */
export function anything(entries: Entries): boolean {
  return entries.some(([name, value]) => value !== "" && name !== "accuracy_m");
}

export function fill(form: HTMLFormElement, entries: Entries): void {
  for (const [name, value] of entries) {
    for (const control of form.querySelectorAll<Control>(`[name="${CSS.escape(name)}"]`)) {
      if (control instanceof HTMLInputElement && (control.type === "radio" || control.type === "checkbox")) control.checked = control.value === value;
      else control.value = value;
    }
  }
}

/** The JSON type of each answer that is no text, by the field's name. */
export function kindsOf(form: HTMLFormElement): Map<string, string> {
  const kinds = new Map<string, string>();
  for (const control of form.querySelectorAll<HTMLElement>("[data-type]")) {
    const kind = control.dataset["type"] ?? "string";
    if (kind !== "string") kinds.set(control.id, kind);
  }
  return kinds;
}
