/** What a report will look like once a command is done, as far as the desk can know: shown at once, marked as pending, and
 *  thrown away when the server has spoken, whatever it says. Pure. */
import type { Account, Lifecycle, PublicStatus, Report, State } from "../shared/model";
import type { Command } from "./actions";

/** Shown until the server names the true end of the lease. */
const LEASE_GUESS_MS = 60_000;
const ENDS_CLAIM: ReadonlySet<string> = new Set(["dispatch", "reject", "merge", "release"]);

type Args = Record<string, unknown>;
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function stateAfter(lifecycle: Lifecycle, report: Report, command: string, lane: string | null): Partial<Report> {
  const edge = lifecycle.edges.find((one) => one.from === report.state && one.command === command && (one.lane === undefined || one.lane === null || one.lane === lane));
  const to = edge?.to ?? null;
  // "same" and "remembered" are no states: the one changes nothing, the other only the server knows.
  if (to === null || to === report.state || lifecycle.states[to] === undefined) return {};
  // Asking and merging leave the public word as it was.
  const kept = to === "awaiting_resident" || to === "merged";
  return { state: to, public_status: kept ? report.public_status : (publicStatus(lifecycle, to) ?? report.public_status) };
}

function publicStatus(lifecycle: Lifecycle, state: State): PublicStatus | undefined {
  const known: readonly PublicStatus[] = ["waiting", "in_progress", "done", "rejected"];
  return known.find((one) => one === lifecycle.states[state]);
}

function argued(report: Report, command: Command, args: Args, now: number): Partial<Report> {
  const at = new Date(now).toISOString();
  switch (command) {
    case "verify": return { category: text(args["category"]) ?? report.category, urgency: args["urgency"] === "urgent" || args["urgency"] === "normal" ? args["urgency"] : report.urgency };
    case "dispatch": return { lead: text(args["lead"]) ?? report.route?.lead ?? report.lead, supporting: Array.isArray(args["supporting"]) ? args["supporting"] as string[] : (report.route?.supporting ?? []) };
    case "reject": return { rejection: { reason: text(args["reason"]) ?? "", public_answer: text(args["public_answer"]) ?? null } };
    case "merge": return { merged_into: text(args["into"]) ?? null };
    case "ask": return { question: { text: text(args["question"]) ?? "", asked_at: at } };
    case "resolve": return { resolution: { summary: text(args["summary"]) ?? "", at } };
    case "approve": return { public_answer: text(args["public_answer"]) ?? report.public_answer ?? null };
    case "extend": return { due_at: text(args["until"]) ?? report.due_at };
    default: return {};
  }
}

function claimAfter(report: Report, command: Command, me: Account, now: number): Partial<Report> {
  if (command === "claim" || command === "take_over") {
    return { claim: { by: { username: me.username, name: me.name }, until: new Date(now + LEASE_GUESS_MS).toISOString() } };
  }
  return ENDS_CLAIM.has(command) ? { claim: null } : { claim: report.claim };
}

/** The report after `command` with `args`, as far as it can be foreseen. Approving what needs two approvals changes nothing yet. */
export function foreseen(lifecycle: Lifecycle, report: Report, command: Command, args: Args, me: Account, lane: string | null, approvals: number, now: number): Report {
  const state = command === "approve" && approvals > 1 ? {} : stateAfter(lifecycle, report, command, lane);
  return { ...report, ...state, ...argued(report, command, args, now), ...claimAfter(report, command, me, now) };
}
