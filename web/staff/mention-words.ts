/** Names called in a note while it is being written. Pure. */
import { fold } from "../shared/fold";
import type { Person } from "../shared/model";

/** The @word the cursor stands in: where it begins and what of it is typed. */
export interface Calling { from: number; typed: string }

export function callingAt(text: string, cursor: number): Calling | null {
  const found = /(?:^|[^\p{L}\p{N}.@-])@([\p{L}\p{N}._-]*)$/u.exec(text.slice(0, cursor));
  if (found === null) return null;
  const typed = found[1] ?? "";
  return { from: cursor - typed.length - 1, typed };
}

/** Colleagues whose name or username holds what was typed; those that begin with it first. */
export function called(colleagues: readonly Person[], typed: string, most = 6): Person[] {
  const wanted = fold(typed);
  const rank = (one: Person): number => (fold(one.username).startsWith(wanted) || fold(one.name).startsWith(wanted) ? 0 : 1);
  return colleagues.filter((one) => fold(`${one.username} ${one.name}`).includes(wanted)).sort((a, b) => rank(a) - rank(b)).slice(0, most);
}

/** The text with the name written out, and where the cursor then stands. */
export function withCalled(text: string, cursor: number, calling: Calling, person: Person): { text: string; cursor: number } {
  const before = `${text.slice(0, calling.from)}@${person.username} `;
  return { text: before + text.slice(cursor).replace(/^ /, ""), cursor: before.length };
}
