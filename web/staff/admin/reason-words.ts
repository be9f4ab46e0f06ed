/** One reason of a route as a sentence, with the names of the configuration that is looked at. */
import type { Account, Reason } from "../../shared/model";
import { becauseText } from "../because";
import type { Names } from "./names";

export function reasonWords(reason: Reason, names: Names, me: Account): string {
  const area = reason.name === undefined && reason.area !== undefined ? { name: names.area(reason.area) } : {};
  return becauseText({ me, category: (code) => ({ code, name: names.of("categories", code) }) }, { ...reason, ...area });
}
