/** A form with a file, sent as multipart. */
import { csrfHeaders, problemOf } from "../../shared/api";
import { Refused, unreachable } from "../../shared/problem";

/** The answer as JSON. Throws Refused. */
export async function upload<T>(path: string, fields: FormData): Promise<T> {
  const answer = await fetch(path, { method: "POST", body: fields, credentials: "same-origin", headers: { Accept: "application/json", ...csrfHeaders("POST") } }).catch(() => null);
  if (answer === null) throw unreachable("offline");
  if (!answer.ok) throw new Refused(await problemOf(answer));
  return (await answer.json()) as T;
}
