/** The ladders of the city's settings: by lane the steps by which a late or untouched case goes up. Pure. */
import { said, t } from "../../shared/preferences";

export const LANES = ["standard", "instant", "restricted"] as const;
export const CAUSES = ["untouched", "late", "unapproved", "proof"] as const;
export const RECIPIENTS = ["head", "supervisor", "leader"] as const;
/** Per cent of the promised time are used up by what is late; before the due time there are warnings. */
const WAITS = ["minutes", "working_hours"];
export const LONGEST_WAIT = 10_000;
/** As many as the server keeps for one lane. */
export const MOST_RUNGS = 20;

export interface Rung { cause: string; after: { amount: number; unit: string }; to: string }
/** A lane that is not there goes by the usual steps. */
export type Ladders = Partial<Record<string, Rung[] | null>>;

/** The steps of one cause, with the place each has in the lane's list: the server points at that. */
export function steps(rungs: readonly Rung[], cause: string): { rung: Rung; place: number }[] {
  return rungs.flatMap((rung, place) => (rung.cause === cause ? [{ rung, place }] : []));
}

/** One more step: to the first who is not called yet, twice as late as the last. */
export function added(rungs: readonly Rung[], cause: string): Rung[] {
  const before = steps(rungs, cause).map((one) => one.rung);
  const last = before.at(-1);
  const to = RECIPIENTS.find((one) => !before.some((rung) => rung.to === one)) ?? "leader";
  const after = last === undefined ? { amount: 0, unit: "working_hours" } : { amount: Math.min(LONGEST_WAIT, Math.max(1, last.after.amount * 2)), unit: last.after.unit };
  return [...rungs, { cause, after, to }];
}

/** The step at this place one up (-1) or down (1) among those of its cause, and where it then is. */
export function shifted(rungs: readonly Rung[], place: number, step: -1 | 1): { rungs: readonly Rung[]; place: number } {
  const own = rungs[place];
  const sisters = own === undefined ? [] : steps(rungs, own.cause);
  const other = sisters[sisters.findIndex((one) => one.place === place) + step];
  if (own === undefined || other === undefined) return { rungs, place };
  return { rungs: rungs.map((rung, at) => (at === place ? other.rung : at === other.place ? own : rung)), place: other.place };
}

export function waitWords({ after }: Rung): string {
  return after.amount <= leastWait(after.unit) ? t("admin.ladder.at_once") : t("admin.ladder.after", { amount: after.amount, unit: said(`admin.unit.${after.unit}`, after.unit) });
}

/** What a step of this cause may count in. */
export function waits(cause: string): readonly string[] {
  return cause === "late" ? [...WAITS, "percent"] : WAITS;
}

/** The least of it: the due time itself is 100 %. */
export function leastWait(unit: string): number {
  return unit === "percent" ? 100 : 0;
}

/** The same wait in another unit, within what that unit allows. */
export function inUnit(after: Rung["after"], unit: string): Rung["after"] {
  return { unit, amount: Math.max(leastWait(unit), after.amount) };
}

/** What holds where a lane has no step for a cause. */
export function noneWords(cause: string): string {
  return t(cause === "proof" || cause === "unapproved" ? `admin.ladder.usual.${cause}` : "admin.ladder.nobody");
}

/** "Quá hạn: ngay lập tức → lãnh đạo cơ quan; sau 4 giờ làm việc → trưởng ca" */
function causeWords(rungs: readonly Rung[], cause: string): string {
  const found = steps(rungs, cause).map(({ rung }) => `${waitWords(rung)} → ${said(`admin.ladder.to.${rung.to}`, rung.to)}`);
  return `${said(`admin.ladder.cause.${cause}`, cause)}: ${found.length === 0 ? noneWords(cause) : found.join("; ")}`;
}

/** All lanes that have steps of their own, a sentence each. */
export function ladderWords(ladders: Ladders): string {
  const own = LANES.flatMap((lane) => {
    const rungs = ladders[lane];
    return Array.isArray(rungs) ? [`${said(`admin.lane.${lane}`, lane)}. ${CAUSES.map((cause) => causeWords(rungs, cause)).join(". ")}.`] : [];
  });
  return own.length === 0 ? t("admin.ladder.usual") : own.join(" ");
}
