/** Placeholders of answers: what stands in braces is filled in for one report. Pure. */
export interface Filling { code: string; category: string; area: string; agency: string }

/** Unknown braces stay as they are: a person reads the text before it is sent. */
export function fillIn(text: string, values: Filling): string {
  return text.replace(/\{(code|category|area|agency)\}/g, (_, name: keyof Filling) => values[name]);
}
