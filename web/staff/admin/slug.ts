/** Stable codes out of names: lower-case ASCII with hyphens, as the contract wants them. */
import { fold } from "../../shared/fold";

const LONGEST = 48;

/** A code for `name` that nobody has yet. */
export function freeCode(name: string, taken: readonly string[]): string {
  const plain = fold(name).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, LONGEST).replace(/-+$/, "") || "moi";
  if (!taken.includes(plain)) return plain;
  let at = 2;
  while (taken.includes(`${plain}-${at}`)) at += 1;
  return `${plain}-${at}`;
}
