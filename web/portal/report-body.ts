/** The report as the API takes it, from the fields of the form. Pure, so that tests can hold it against the contract. */
import type { ReportFields } from "../shared/outbox/types";

type Value = string | number | boolean;

/** Only answers of the chosen category count: what was entered under another one was not meant for this.
 *  `kinds`: the JSON type of the fields whose answers are no text, by name. */
export function reportOf(fields: readonly (readonly [string, string])[], kinds: ReadonlyMap<string, string> = new Map()): ReportFields {
  const one = new Map(fields);
  const category = one.get("category") ?? "";
  const accuracy = Number(one.get("accuracy_m") ?? "");
  const prefix = `answer.${category}.`;
  const answers = fields.filter(([name, value]) => name.startsWith(prefix) && value !== "")
    .map(([name, value]): [string, Value] => [name.slice(prefix.length), typed(value, kinds.get(name))]);
  return {
    category,
    description: (one.get("description") ?? "").trim(),
    location: { lon: Number(one.get("lon")), lat: Number(one.get("lat")), ...(accuracy > 0 ? { accuracy_m: accuracy } : {}) },
    answers: Object.fromEntries(answers),
    anonymous: one.get("anonymous") === "true",
  };
}

function typed(value: string, kind: string | undefined): Value {
  if (kind === "boolean") return value === "true";
  return kind === "integer" || kind === "number" ? Number(value) : value;
}
