/** The marks of reports on the map, drawn once per theme. Every state has its own outline; late is a triangle whatever its colour. */
import type { State } from "./model";
import type { Lateness } from "./times";

export interface Mark { name: string; rank: number }

type Shape = "ring" | "half" | "square" | "dot" | "slash" | "triangle";
type Tone = "waiting" | "progress" | "done" | "rejected" | "soon" | "late";

const SHAPES: Record<State, [Shape, Tone]> = {
  received: ["ring", "waiting"], verified: ["ring", "waiting"], awaiting_resident: ["slash", "waiting"],
  dispatched: ["half", "progress"], in_progress: ["half", "progress"], resolved: ["square", "progress"],
  published: ["dot", "done"], closed: ["dot", "done"], rejected: ["slash", "rejected"], merged: ["slash", "rejected"], withdrawn: ["slash", "rejected"],
};

/** Which mark a report gets; the higher rank is drawn later, so the pressing ones are never hidden. */
export function markOf(state: State, lateness: Lateness, urgent: boolean): Mark {
  const [shape, tone] = SHAPES[state];
  if (lateness === "late") return { name: "triangle-late", rank: 3 };
  if (lateness === "soon" || urgent) return { name: `${shape}-${urgent ? "late" : "soon"}`, rank: 2 };
  return { name: `${shape}-${tone}`, rank: tone === "waiting" ? 1 : 0 };
}

const SIZE = 26;
const RATIO = 2;

/** Everything markOf can name, and the drop that marks the chosen report. */
export function drawMarks(colour: (token: string) => string): { name: string; image: ImageData; ratio: number }[] {
  const shapes: Shape[] = ["ring", "half", "square", "dot", "slash", "triangle"];
  const tones: Tone[] = ["waiting", "progress", "done", "rejected", "soon", "late"];
  const marks = shapes.flatMap((shape) => tones.map((tone) => ({
    name: `${shape}-${tone}`, ratio: RATIO, image: draw(SIZE, SIZE, (ink) => drawShape(ink, shape, colour(`--${tone}`), colour("--surface"))),
  })));
  const spots = SPOT_STATES.map((state) => ({ name: `spot-${state}`, ratio: RATIO, image: draw(SPOT_WIDE, SPOT_HIGH, (ink) => drawSpot(ink, state, colour(SPOT_TONE[state]), colour("--surface"))) }));
  return [...marks, ...spots, { name: "chosen", ratio: RATIO, image: draw(36, 44, (ink) => drawDrop(ink, colour("--accent"), colour("--surface"))) }];
}

function draw(width: number, height: number, how: (ink: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = width * RATIO;
  canvas.height = height * RATIO;
  const ink = canvas.getContext("2d");
  if (ink === null) return new ImageData(width * RATIO, height * RATIO);
  ink.scale(RATIO, RATIO);
  how(ink);
  return ink.getImageData(0, 0, canvas.width, canvas.height);
}

function drawShape(ink: CanvasRenderingContext2D, shape: Shape, tone: string, ground: string): void {
  const middle = SIZE / 2;
  const outline = new Path2D();
  if (shape === "triangle") {
    outline.moveTo(middle, 3); outline.lineTo(SIZE - 2.5, SIZE - 4.5); outline.lineTo(2.5, SIZE - 4.5); outline.closePath();
  } else if (shape === "square") outline.roundRect(5, 5, SIZE - 10, SIZE - 10, 2.5);
  else outline.arc(middle, middle, 8, 0, Math.PI * 2);
  ink.lineJoin = "round";
  ink.strokeStyle = ground; ink.lineWidth = 5; ink.stroke(outline);
  ink.fillStyle = shape === "ring" || shape === "half" || shape === "slash" ? ground : tone;
  ink.fill(outline);
  ink.strokeStyle = tone; ink.fillStyle = tone; ink.lineWidth = 2.8; ink.stroke(outline);
  if (shape === "half") { ink.beginPath(); ink.arc(middle, middle, 8, -Math.PI / 2, Math.PI / 2); ink.fill(); }
  if (shape === "ring") { ink.beginPath(); ink.arc(middle, middle, 2.6, 0, Math.PI * 2); ink.fill(); }
  if (shape === "slash") { ink.beginPath(); ink.moveTo(middle - 5, middle + 5); ink.lineTo(middle + 5, middle - 5); ink.stroke(); }
  ink.strokeStyle = ground; ink.fillStyle = ground; ink.lineWidth = 2.2; ink.lineCap = "round";
  if (shape === "triangle") { ink.beginPath(); ink.moveTo(middle, 10.5); ink.lineTo(middle, 15); ink.moveTo(middle, 18.4); ink.lineTo(middle, 18.5); ink.stroke(); }
  if (shape === "square" || shape === "dot") { ink.beginPath(); ink.moveTo(middle - 3.5, middle + 0.3); ink.lineTo(middle - 1, middle + 2.8); ink.lineTo(middle + 3.7, middle - 2.6); ink.stroke(); }
}

/** A hot spot: a seal with teeth on a stem, room for its count inside. Full: nobody is in charge; with a ring: a plan is made;
 *  hollow: its cause is mended. */
export const SPOT_STATES = ["open", "planned", "done"] as const;
export type SpotState = (typeof SPOT_STATES)[number];
export const SPOT_TONE = { open: "--late", planned: "--progress", done: "--done" } as const;
const SPOT_WIDE = 38;
const SPOT_HIGH = 46;
/** How far above its place the count of a hot spot stands, in pixels. */
export const SPOT_RISE = SPOT_HIGH - SPOT_WIDE / 2;
const TEETH = 14;

function drawSpot(ink: CanvasRenderingContext2D, state: SpotState, tone: string, ground: string): void {
  const middle = SPOT_WIDE / 2;
  const outline = new Path2D();
  for (let corner = 0; corner < TEETH * 2; corner += 1) {
    const [turn, reach] = [(corner * Math.PI) / TEETH, corner % 2 === 0 ? middle - 2 : middle - 4.5];
    outline.lineTo(middle + reach * Math.sin(turn), middle - reach * Math.cos(turn));
  }
  outline.closePath();
  const stem = new Path2D(`M${middle - 4} ${SPOT_WIDE - 5} L${middle} ${SPOT_HIGH - 2} L${middle + 4} ${SPOT_WIDE - 5} Z`);
  ink.lineJoin = "round";
  ink.strokeStyle = ground; ink.lineWidth = 4; ink.stroke(stem); ink.stroke(outline);
  ink.fillStyle = tone; ink.fill(stem); ink.fill(outline);
  if (state === "open") return;
  const inside = new Path2D();
  inside.arc(middle, middle, middle - 7, 0, Math.PI * 2);
  if (state === "done") { ink.fillStyle = ground; ink.fill(inside); }
  else { ink.strokeStyle = ground; ink.lineWidth = 1.6; ink.stroke(inside); }
}

function drawDrop(ink: CanvasRenderingContext2D, tone: string, ground: string): void {
  const drop = new Path2D("M18 42 C18 42 32 29 32 17 A14 14 0 0 0 4 17 C4 29 18 42 18 42 Z");
  ink.fillStyle = tone; ink.fill(drop);
  ink.strokeStyle = ground; ink.lineWidth = 2; ink.stroke(drop);
  ink.fillStyle = ground; ink.beginPath(); ink.arc(18, 17, 5.5, 0, Math.PI * 2); ink.fill();
}
