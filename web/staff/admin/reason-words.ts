/** One reason of a route as a sentence, from the facts the server gave. */
import type { Reason } from "../../shared/model";
import { said } from "../../shared/preferences";
import { distance } from "../tell";
import type { Names } from "./names";

export function reasonWords(reason: Reason, names: Names): string {
  const words = said(`because.${reason.code}`, reason.text ?? reason.code);
  const facts: Record<string, string> = {
    ...Object.fromEntries(Object.entries(reason).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value ?? "")])),
    name: reason.name ?? (reason.area === undefined ? "" : names.area(reason.area)),
    category: reason.category === undefined ? "" : names.of("categories", reason.category),
    urgency: said(`urgency.${reason.urgency ?? "normal"}`, reason.urgency ?? ""),
    area: reason.area === undefined ? "" : names.area(reason.area),
    distance: distance(reason.distance_m ?? 0),
  };
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole);
}
