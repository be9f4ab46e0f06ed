/** What was reported from this phone before, newest first; it never leaves the phone. */

const NAME = "hientruong-kinds";
const MOST = 6;

export function ownKinds(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return Array.isArray(kept) ? kept.filter((code) => typeof code === "string") : [];
  } catch {
    return [];
  }
}

export function rememberKind(code: string): void {
  try {
    localStorage.setItem(NAME, JSON.stringify([code, ...ownKinds().filter((one) => one !== code)].slice(0, MOST)));
  } catch {
    // A private window keeps nothing, and nothing depends on it.
  }
}

/** The first `most` kinds to show: the own newest two, then what is usual at the place, then the order there was. */
export function inOrder(own: readonly string[], usual: readonly string[], all: readonly string[], most: number): string[] {
  const known = new Set(all);
  return [...new Set([...own.slice(0, 2), ...usual, ...all])].filter((code) => known.has(code)).slice(0, most);
}
