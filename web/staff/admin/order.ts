/** Moving one thing in an ordered list. */

/** `code` one place up (-1) or down (1); the same list where it cannot go further. */
export function stepped(codes: readonly string[], code: string, step: -1 | 1): readonly string[] {
  const at = codes.indexOf(code);
  const to = at + step;
  if (at < 0 || to < 0 || to >= codes.length) return codes;
  const next = [...codes];
  next.splice(at, 1);
  next.splice(to, 0, code);
  return next;
}

/** `code` just before `before`, or at the end (null). */
export function placed(codes: readonly string[], code: string, before: string | null): readonly string[] {
  if (!codes.includes(code) || code === before) return codes;
  const rest = codes.filter((one) => one !== code);
  const at = before === null ? -1 : rest.indexOf(before);
  rest.splice(at < 0 ? rest.length : at, 0, code);
  return rest.every((one, place) => one === codes[place]) ? codes : rest;
}

export interface Node { code: string; parent: string | null }

/** In a tree one moves among one's sisters, and takes along what lies below: the new order of everything. */
export function steppedInTree(nodes: readonly Node[], code: string, step: -1 | 1): readonly string[] {
  const codes = nodes.map((node) => node.code);
  const parents = new Map(nodes.map((node) => [node.code, node.parent]));
  const known = (one: string | null): string | null => (one !== null && parents.has(one) ? one : null);
  const sisters = codes.filter((one) => known(parents.get(one) ?? null) === known(parents.get(code) ?? null));
  const next = stepped(sisters, code, step);
  if (next === sisters) return codes;
  const place = new Map(next.map((one, at) => [one, at]));
  const below = (parent: string | null): string[] => codes.filter((one) => known(parents.get(one) ?? null) === parent)
    .toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0)).flatMap((one) => [one, ...below(one)]);
  return below(null);
}

/** Everything with its depth, parents before their children; what hangs on nothing known stands at the top. */
export function tree(nodes: readonly Node[]): { code: string; depth: number }[] {
  const codes = new Set(nodes.map((node) => node.code));
  const seen = new Set<string>();
  const below = (parent: string | null, depth: number): { code: string; depth: number }[] => nodes
    .filter((node) => (node.parent !== null && codes.has(node.parent) ? node.parent : null) === parent && !seen.has(node.code))
    .flatMap((node) => { seen.add(node.code); return [{ code: node.code, depth }, ...below(node.code, depth + 1)]; });
  const found = below(null, 0);
  // A ring of parents hangs on nothing: shown all the same, so that it can be mended.
  return [...found, ...nodes.filter((node) => !seen.has(node.code)).map((node) => ({ code: node.code, depth: 0 }))];
}
