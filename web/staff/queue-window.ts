/** Which of many rows of one height have to be in the page. */
export interface Sight {
  /** How far it is scrolled and how much is seen, and the height of a row, all in CSS pixels. */
  top: number; height: number; row: number;
  count: number;
  /** Rows kept before and after those in sight, so that quick scrolling shows no holes. */
  beyond: number;
  /** A row that must stay although it is out of sight: the one with the focus. */
  held: number | null;
}

export function rowsInSight({ top, height, row, count, beyond, held }: Sight): number[] {
  const first = Math.max(0, Math.floor(top / row) - beyond);
  const last = Math.min(count - 1, Math.floor((top + height - 1) / row) + beyond);
  const rows: number[] = [];
  for (let at = first; at <= last; at += 1) rows.push(at);
  if (held !== null && held < count && !rows.includes(held)) rows.push(held);
  return rows.sort((a, b) => a - b);
}
