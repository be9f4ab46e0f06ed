/** The report as the API takes it, from the fields of the form. Pure, so that tests can hold it against the contract. */

export interface ReportBody {
  category: string;
  description: string;
  location: { lon: number; lat: number; accuracy_m?: number };
  captured_at?: string;
  answers: Record<string, string | number | boolean>;
  anonymous: boolean;
}

/** Only answers of the chosen category count: what was entered under another one was not meant for this.
 *  `numbers`: names of the fields whose answers are numbers. */
export function reportOf(
  fields: readonly (readonly [string, string])[], capturedAt: string | null, numbers: ReadonlySet<string> = new Set(),
): ReportBody {
  const one = new Map(fields);
  const category = one.get("category") ?? "";
  const accuracy = Number(one.get("accuracy_m") ?? "");
  const prefix = `answer.${category}.`;
  const answers = fields.filter(([name, value]) => name.startsWith(prefix) && value !== "")
    .map(([name, value]): [string, string | number | boolean] => [name.slice(prefix.length), typed(value, numbers.has(name))]);
  return {
    category,
    description: (one.get("description") ?? "").trim(),
    location: { lon: Number(one.get("lon")), lat: Number(one.get("lat")), ...(accuracy > 0 ? { accuracy_m: accuracy } : {}) },
    ...(capturedAt === null ? {} : { captured_at: capturedAt }),
    answers: Object.fromEntries(answers),
    anonymous: one.get("anonymous") === "true",
  };
}

function typed(value: string, isNumber: boolean): string | number | boolean {
  if (isNumber) return Number(value);
  return value === "true" ? true : value;
}
