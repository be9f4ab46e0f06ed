/** One command for many reports: what will happen to each, and which cannot. Pure; the dialog shows and does it. */
import type { Report } from "../shared/model";
import type { Command } from "./actions";

export const BULK = ["verify", "dispatch", "reject", "merge"] as const;
export type BulkCommand = (typeof BULK)[number];

/** What takes a command back where that hides nothing from anybody. */
export const BULK_UNDO: Partial<Record<BulkCommand, Command>> = { verify: "unverify", dispatch: "recall", merge: "unmerge" };

/** held: a colleague has it; state: not in this state; lead: no agency is proposed; itself: cannot be merged into itself. */
export type Hurdle = "held" | "state" | "lead" | "itself";
export interface Step { report: Report; hurdle: Hurdle | null }

export interface Circumstances {
  /** The commands open to this person for a report. */
  open: (report: Report) => ReadonlySet<string>;
  /** Whether a colleague holds it. */
  held: (report: Report) => boolean;
  /** Merging: into which code. */
  into: string;
}

export function plan(command: BulkCommand, reports: readonly Report[], { open, held, into }: Circumstances): Step[] {
  return reports.map((report) => {
    if (held(report)) return { report, hurdle: "held" };
    if (command === "merge" && report.code === into) return { report, hurdle: "itself" };
    if (!open(report).has(command)) return { report, hurdle: "state" };
    if (command === "dispatch" && (report.route?.lead ?? null) === null) return { report, hurdle: "lead" };
    return { report, hurdle: null };
  });
}

/** The codes between two of a list, both included, whichever comes first; only the second if the first is not there. */
export function between(list: readonly string[], from: string | null, to: string): string[] {
  const [a, b] = [from === null ? -1 : list.indexOf(from), list.indexOf(to)];
  return a < 0 || b < 0 ? [to] : list.slice(Math.min(a, b), Math.max(a, b) + 1);
}
