/** Where the names of the areas stand on the wall's map: in their area or where no area is, clear of the marks and of each
 *  other. A name that has found its place keeps it as long as nothing covers it. Pure; everything in px of the map. */
export interface Outline { code: string; name: string; /** Outer rings of its pieces, as the tiles cut them. */ rings: readonly (readonly (readonly [number, number])[])[] }
export interface Circle { x: number; y: number; r: number }
export interface Box { left: number; top: number; right: number; bottom: number }
/** `x`, `y`: the middle of the lines. */
export interface Name { code: string; lines: readonly string[]; x: number; y: number }

export interface Ground {
  width: number;
  height: number;
  marks: readonly Circle[];
  /** What else stands on the map: its key. */
  boxes: readonly Box[];
  /** Width of a line of text, and the height of one. */
  measure: (line: string) => number;
  line: number;
}

/** More could be read by nobody across the room, and each change of the marks would ask where they go. */
const MOST_NAMES = 40;
const SEA = -1;
const COVERED = 0.06;
const TOO_MUCH = 0.14;

/** Which area each cell of a grid lies in; rows from the top. */
interface Grid { cell: number; columns: number; rows: number; owner: Int16Array; sums: { x: number; y: number; cells: number }[] }

/** The owner of each cell's middle; of a place in two areas the later one. */
export function gridOf(outlines: readonly Outline[], width: number, height: number, cell: number): Grid {
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const owner = new Int16Array(columns * rows).fill(SEA);
  outlines.forEach(({ rings }, place) => {
    for (const ring of rings) fill(owner, ring, place, { cell, columns, rows });
  });
  const sums = outlines.map(() => ({ x: 0, y: 0, cells: 0 }));
  owner.forEach((place, index) => {
    const sum = sums[place];
    if (sum === undefined) return;
    sum.x += ((index % columns) + 0.5) * cell;
    sum.y += (Math.floor(index / columns) + 0.5) * cell;
    sum.cells += 1;
  });
  return { cell, columns, rows, owner, sums };
}

/** The cells whose middle lies inside a ring, line by line (even and odd crossings). */
function fill(owner: Int16Array, ring: Outline["rings"][number], place: number, { cell, columns, rows }: Pick<Grid, "cell" | "columns" | "rows">): void {
  for (let row = 0; row < rows; row += 1) {
    const y = (row + 0.5) * cell;
    const crossings: number[] = [];
    for (let i = 0; i < ring.length; i += 1) {
      const [ax, ay] = ring[i] ?? [0, 0];
      const [bx, by] = ring[(i + 1) % ring.length] ?? [0, 0];
      if ((ay <= y) !== (by <= y)) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const last = Math.min(columns - 1, Math.ceil((crossings[i + 1] ?? 0) / cell - 0.5) - 1);
      for (let column = Math.max(0, Math.ceil((crossings[i] ?? 0) / cell - 0.5)); column <= last; column += 1) owner[row * columns + column] = place;
    }
  }
}

/** A name as it may be written: whole, or its first word (Phường, Xã, Đặc khu) above the rest. */
export function linesOf(name: string): string[][] {
  const words = name.split(" ");
  const kind = name.startsWith("Đặc khu ") || name.startsWith("Thị trấn ") ? 2 : 1;
  return words.length <= kind + 1 ? [[name]] : [[name], [words.slice(0, kind).join(" "), words.slice(kind).join(" ")]];
}

/** The middles of a box's parts, five by three. */
function parts(box: Box): [number, number][] {
  return [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((x) => [0.15, 0.5, 0.85].map((y): [number, number] => [box.left + x * (box.right - box.left), box.top + y * (box.bottom - box.top)]));
}

const boxAt = (x: number, y: number, width: number, height: number): Box => ({ left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 });
const overlap = (one: Box, other: Box): boolean => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** The share of a box that marks cover. */
function covered(box: Box, marks: readonly Circle[]): number {
  const near = marks.filter((mark) => mark.x + mark.r > box.left && mark.x - mark.r < box.right && mark.y + mark.r > box.top && mark.y - mark.r < box.bottom);
  if (near.length === 0) return 0;
  const points = parts(box);
  return points.filter(([x, y]) => near.some((mark) => Math.hypot(mark.x - x, mark.y - y) < mark.r)).length / points.length;
}

/** The names of the first outlines, in their order, the first ones first to choose; without those for which there is no room. */
export function placed(outlines: readonly Outline[], grid: Grid, ground: Ground, before: ReadonlyMap<string, Name> = new Map()): Name[] {
  const names: Name[] = [];
  const taken: Box[] = [...ground.boxes];
  outlines.slice(0, MOST_NAMES).forEach((outline, place) => {
    const found = best(outline, place, grid, ground, taken, before.get(outline.code));
    if (found === null) return;
    names.push(found.name);
    taken.push(found.box);
  });
  return names;
}

interface Found { name: Name; box: Box; cost: number }

function best(outline: Outline, place: number, grid: Grid, ground: Ground, taken: readonly Box[], before: Name | undefined): Found | null {
  const sum = grid.sums[place];
  if (sum === undefined || sum.cells === 0) return null;
  const middle = { x: sum.x / sum.cells, y: sum.y / sum.cells };
  const judge = (lines: readonly string[], x: number, y: number): Found | null => {
    const box = boxAt(x, y, Math.max(...lines.map(ground.measure)), lines.length * ground.line);
    const cost = costOf(box, place, grid, ground, taken);
    if (cost === null) return null;
    return { name: { code: outline.code, lines, x, y }, box, cost: cost + Math.hypot(x - middle.x, y - middle.y) / Math.max(ground.width, ground.height) };
  };
  if (before !== undefined) {
    const kept = judge(before.lines, before.x, before.y);
    if (kept !== null && covered(kept.box, ground.marks) <= COVERED) return kept;
  }
  let chosen: Found | null = null;
  for (const lines of linesOf(outline.name)) {
    for (const [x, y] of spots(place, grid, 3 * ground.line)) {
      const found = judge(lines, x, y);
      if (found !== null && (chosen === null || found.cost < chosen.cost)) chosen = found;
    }
  }
  return chosen;
}

/** Every second cell of the area, and of what lies around it. */
function* spots(place: number, grid: Grid, around: number): Generator<[number, number]> {
  let [left, top, right, bottom] = [grid.columns, grid.rows, 0, 0];
  grid.owner.forEach((owner, index) => {
    if (owner !== place) return;
    const [column, row] = [index % grid.columns, Math.floor(index / grid.columns)];
    [left, top, right, bottom] = [Math.min(left, column), Math.min(top, row), Math.max(right, column), Math.max(bottom, row)];
  });
  const wide = Math.ceil(around / grid.cell);
  for (let row = Math.max(0, top - wide); row <= Math.min(grid.rows - 1, bottom + wide); row += 2)
    for (let column = Math.max(0, left - wide); column <= Math.min(grid.columns - 1, right + wide); column += 2)
      yield [(column + 0.5) * grid.cell, (row + 0.5) * grid.cell];
}

/** How badly a name stands in a box; null where it cannot stand: over another name or mostly over marks, beyond the map, or
 *  in another area more than in its own. */
function costOf(box: Box, place: number, grid: Grid, ground: Ground, taken: readonly Box[]): number | null {
  if (box.left < 0 || box.top < 0 || box.right > ground.width || box.bottom > ground.height) return null;
  if (taken.some((one) => overlap(one, box))) return null;
  let [own, foreign] = [0, 0];
  const points = parts(box);
  for (const [x, y] of points) {
    const owner = grid.owner[Math.floor(y / grid.cell) * grid.columns + Math.floor(x / grid.cell)] ?? SEA;
    if (owner === place) own += 1;
    else if (owner !== SEA) foreign += 1;
  }
  if (own === 0 || foreign > own) return null;
  const under = covered(box, ground.marks);
  return under > TOO_MUCH ? null : 4 * under + (1.2 * foreign + 0.35 * (points.length - own - foreign)) / points.length;
}
