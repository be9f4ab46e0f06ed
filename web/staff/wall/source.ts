/** Where a wall's picture comes from. The elements know only this; whether it is the present or a past day they need not. */
import type { Alarm, Names, Pinned, SceneName, Shown, Spot, Told, Trend, WallDocument } from "./model";

export type Trouble = "none" | "session" | "forbidden" | "day" | "loading";

export interface Replaying { day: string; begin: number; end: number; at: number; speed: number; paused: boolean; loaded: boolean }

export interface Source {
  readonly document: WallDocument | null;
  readonly names: Names;
  readonly trend: Trend | null;
  readonly spots: readonly Spot[];
  readonly media: readonly Shown[];
  readonly alarms: readonly Alarm[];
  readonly pinned: Pinned | null;
  readonly trouble: Trouble;
  readonly replaying: Replaying | null;
  /** The time the picture is of: the server's now, or the simulated one. ms */
  now(): number;
  /** ms since the last proof of life, null before the first; a replay needs none. */
  age(): number | null;
  readonly connected: boolean;
  start(): void;
  stop(): void;
  /** A key that the wall itself does not know; true when it meant something. */
  key(event: KeyboardEvent): boolean;
  /** Called after every change. */
  onChange: () => void;
  /** Called for every event that is told, in order. */
  onTold: (told: Told) => void;
}

export const NO_NAMES: Names = { categories: {}, agencies: {} };
export type { SceneName };
