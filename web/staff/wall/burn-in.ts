/** Where the whole picture stands: some pixels elsewhere every few minutes, so that no edge is burnt into a panel. Pure. */

const EVERY = 3 * 60_000;
/** A walk over all places of a small square that comes back to its beginning, one step at a time. */
const PLACES = 7;

/** The shift at `now`, in parts of the largest shift: each coordinate between -1 and 1. */
export function shiftAt(now: number): { x: number; y: number } {
  const step = Math.floor(now / EVERY);
  const swing = (at: number, length: number): number => {
    const place = ((at % (2 * (length - 1))) + 2 * (length - 1)) % (2 * (length - 1));
    return (place < length ? place : 2 * (length - 1) - place) / ((length - 1) / 2) - 1;
  };
  return { x: swing(step, PLACES), y: swing(Math.floor(step / PLACES), PLACES) };
}
