/** What a command's form is: a draft, how it is drawn, and the arguments it makes. */
import type { TemplateResult } from "lit";

import type { Report } from "../../shared/model";
import type { Desk } from "../desk";

export interface FormContext<Draft> {
  desk: Desk;
  report: Report;
  draft: Draft;
  /** Changes the draft and draws the form again. */
  set: (part: Partial<Draft>) => void;
  /** Sends the form as the first button does. */
  send: () => void;
  /** The answer goes to many reports: what belongs to one is not filled in. */
  many?: boolean;
}

export interface Form<Draft> {
  start: (desk: Desk, report: Report) => Draft;
  view: (context: FormContext<Draft>) => TemplateResult;
  /** The command's arguments, or null while something is missing. */
  args: (draft: Draft, report: Report) => Record<string, unknown> | null;
}

/** The value of the field an input event came from. */
export const valueOf = (event: Event): string => (event.target as HTMLInputElement).value;
