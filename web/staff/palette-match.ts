/** Finding in the palette. Pure. */
import { fold } from "../shared/fold";
import type { IconName } from "../shared/icons";

/** One thing the desk can do or go to. */
export interface Entry { id: string; group: string; words: string; icon: IconName; key?: string; also?: string; run: () => void }

const MOST = 60;

/** Those that hold every word typed, in any order and without tone marks. Those whose name begins with it come first. */
export function matching(entries: readonly Entry[], typed: string): Entry[] {
  const words = fold(typed).split(/\s+/).filter((word) => word !== "");
  const found = entries.filter((entry) => { const text = fold(`${entry.words} ${entry.also ?? ""}`); return words.every((word) => text.includes(word)); });
  const first = fold(typed.trim());
  if (first === "") return found.slice(0, MOST);
  const begins = (entry: Entry): boolean => fold(entry.words).startsWith(first);
  return [...found.filter(begins), ...found.filter((one) => !begins(one))].slice(0, MOST);
}
