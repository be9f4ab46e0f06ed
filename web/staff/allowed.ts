/** Which commands a person may give to a report now: the server's own table, read for one viewer. */
import type { Account, Edge, Lifecycle, Report } from "../shared/model";

/** What this account is to this report, in the words of the table's `roles`. */
export function relations(me: Account, report: Report): ReadonlySet<string> {
  const found = new Set<string>([me.role]);
  if (me.role === "agency" && me.agency !== null && me.agency === report.lead) found.add("lead");
  if (me.role === "agency" && me.agency !== null && report.checking?.includes(me.agency) === true) found.add("checker");
  return found;
}

/** What the table allows in the state, and the case itself does not: a second check beside an open one, the acceptance of
 *  a proof that nothing stands against, an audit that was not drawn and has no cause. The server refuses the same. */
function pointless(report: Report): readonly string[] {
  const checking = (report.checking ?? []).length > 0;
  const against = (report.proof?.findings ?? []).some((one) => one.severity === "fail") && (report.proof?.override ?? null) === null;
  return [
    checking ? "send_checker" : "recall_checker",
    ...(report.state === "resolved" && !against ? ["override_proof"] : []),
    ...(report.audit?.drawn_at === undefined && report.proof?.failed_at === undefined ? ["audit"] : []),
  ];
}

function fits(edge: Edge, report: Report, lane: string | null): boolean {
  return edge.from === report.state && (edge.lane === undefined || edge.lane === null || edge.lane === lane);
}

/** The commands open to `me`, each once. `lane` is the lane of the report's category. A claim somebody else holds bars
 *  all but taking over; the server says the same with /problems/held. */
export function allowed(lifecycle: Lifecycle, report: Report, me: Account, lane: string | null, now: number): ReadonlySet<string> {
  const mine = relations(me, report);
  const open = lifecycle.edges.filter((edge) => fits(edge, report, lane) && edge.roles.some((role) => mine.has(role))).map((edge) => edge.command);
  const commands = new Set(open);
  for (const command of pointless(report)) commands.delete(command);
  const holder = holderOf(report, now);
  if (holder === null) {
    commands.delete("release");
    commands.delete("heartbeat");
    commands.delete("take_over");
  } else if (holder.username === me.username) {
    commands.delete("claim");
    commands.delete("take_over");
  } else if (me.role !== "agency") {
    return new Set([...commands].filter((command) => command === "take_over"));
  }
  return commands;
}

/** Who holds the report at `now`; a lease that has run out holds nothing. */
export function holderOf(report: Report, now: number): { username: string; name: string } | null {
  return report.claim !== null && Date.parse(report.claim.until) > now ? report.claim.by : null;
}
