/** A line of past values that ends in the present one. Pure geometry, in a box of 100 by 30. */

export interface Spark { line: string; end: { x: number; y: number } }

/** null when there is nothing to compare with. Weeks without a value are left out. */
export function sparkOf(past: readonly (number | null)[], now: number | null): Spark | null {
  const values = [...past, now].filter((value): value is number => value !== null);
  if (now === null || values.length < 2) return null;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const place = (value: number, at: number): { x: number; y: number } => ({
    x: 3 + (94 * at) / (values.length - 1), y: most === least ? 15 : 27 - (24 * (value - least)) / (most - least),
  });
  const points = values.map(place);
  const line = points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(" ");
  return { line, end: points.at(-1) ?? { x: 97, y: 15 } };
}
