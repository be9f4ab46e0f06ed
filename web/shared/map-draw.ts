/** Drawing an area on the map: a click is a corner, the first corner or Enter closes it, Backspace takes one back. */
import type { FeatureCollection, Position } from "geojson";
import type { GeoJSONSource, Map as GlMap, MapMouseEvent } from "maplibre-gl";

/** The ring through these corners, closed, with the corners that stand twice left out; null below three. */
export function ringOf(corners: readonly Position[]): Position[] | null {
  const distinct = corners.filter((corner, at) => at === 0 || corner.join() !== corners[at - 1]?.join());
  const first = distinct[0];
  return first === undefined || distinct.length < 3 ? null : [...distinct, first];
}

/** Whether the closed ring crosses itself: such an area has no clear inside. */
export function crosses(ring: readonly Position[]): boolean {
  const edges = ring.slice(1).map((end, at) => [ring[at] ?? end, end] as const);
  return edges.some(([a, b], i) => edges.some(([c, d], j) => j > i + 1 && !(i === 0 && j === edges.length - 1) && cut(a, b, c, d)));
}

function side(a: Position, b: Position, c: Position): number {
  return Math.sign(((b[0] ?? 0) - (a[0] ?? 0)) * ((c[1] ?? 0) - (a[1] ?? 0)) - ((b[1] ?? 0) - (a[1] ?? 0)) * ((c[0] ?? 0) - (a[0] ?? 0)));
}

function cut(a: Position, b: Position, c: Position, d: Position): boolean {
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

const CLOSE_PX = 12;

export class Drawing {
  private corners: Position[] = [];

  constructor(private readonly map: GlMap, private readonly done: (ring: Position[] | null) => void, private readonly changed: (corners: number) => void, private readonly crossed: () => void = () => undefined) {
    map.on("click", this.onClick);
    map.on("mousemove", this.onMove);
    map.getCanvas().addEventListener("keydown", this.onKey);
    map.getCanvas().style.cursor = "crosshair";
    map.doubleClickZoom.disable();
  }

  private readonly onClick = (event: MapMouseEvent): void => {
    const first = this.corners[0];
    const near = first !== undefined && this.map.project(first as [number, number]).dist(event.point) < CLOSE_PX;
    if (near && this.corners.length > 2) this.finish();
    else this.add([event.lngLat.lng, event.lngLat.lat]);
  };

  private readonly onMove = (event: MapMouseEvent): void => {
    if (this.corners.length > 0) this.draw([event.lngLat.lng, event.lngLat.lat]);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") this.finish();
    else if (event.key === "Escape") this.stop(null);
    else if (event.key === "Backspace") this.back();
    else if (event.key === " ") this.here();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** A corner at the middle of the map: with the arrow keys the map is moved under it. */
  here(): void {
    const { lng, lat } = this.map.getCenter();
    this.add([lng, lat]);
  }

  back(): void {
    this.corners.pop();
    this.draw();
  }

  finish(): void {
    const ring = ringOf(this.corners);
    if (ring !== null && crosses(ring)) this.crossed();
    else if (ring !== null) this.stop(ring);
  }

  stop(ring: Position[] | null): void {
    this.map.off("click", this.onClick);
    this.map.off("mousemove", this.onMove);
    this.map.getCanvas().removeEventListener("keydown", this.onKey);
    this.map.getCanvas().style.cursor = "";
    this.map.doubleClickZoom.enable();
    this.corners = [];
    this.done(ring);
  }

  private add(corner: Position): void {
    this.corners.push(corner);
    this.draw();
  }

  private draw(pointer?: Position): void {
    this.changed(this.corners.length);
    void this.map.getSource<GeoJSONSource>("drawn")?.setData(drawn(pointer === undefined ? this.corners : [...this.corners, pointer], false));
  }
}

/** Corners as what the layers of the drawing show. */
export function drawn(corners: readonly Position[], closed: boolean): FeatureCollection {
  if (corners.length === 0) return { type: "FeatureCollection", features: [] };
  const ring = closed ? [...corners] : (ringOf(corners) ?? [...corners]);
  return { type: "FeatureCollection", features: [
    ...(ring.length > 3 ? [{ type: "Feature" as const, properties: {}, geometry: { type: "Polygon" as const, coordinates: [ring] } }] : []),
    { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: ring.length > 1 ? ring : [...ring, ...ring] } },
  ] };
}
