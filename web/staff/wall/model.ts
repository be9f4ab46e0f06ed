/** What the wall is drawn from. The live source and the replay source fill the same shapes; times are RFC 3339. */
import type { State, Urgency } from "../../shared/model";

export type SceneName = "map" | "agencies" | "categories" | "spots" | "media";
export const SCENES: readonly SceneName[] = ["map", "agencies", "categories", "spots", "media"];

export type Step = "wait" | "accept" | "handle" | "approve";
export const STEPS: readonly Step[] = ["wait", "accept", "handle", "approve"];
/** Median seconds of each step; null where no case took it. */
export type Steps = Record<Step, number | null>;

export interface Counts {
  open: number;
  unassigned: number;
  oldest_at: string | null;
  due_soon: number;
  overdue: number;
  urgent: number;
  done_today: number;
  received_today: number;
}

export interface Figures extends Counts { rated: number; satisfied: number; steps: Steps }
export interface Load extends Counts { code: string; name: string; name_en: string | null }
export interface Cluster { lon: number; lat: number; waiting: number; working: number; resolved: number; overdue: number; urgent: number }

/** One case as the wall may know it: nothing of a person, no description. */
export interface Case {
  code: string;
  category: string;
  area: { code: string; name: string } | null;
  lon: number;
  lat: number;
  received_at: string;
  state: State;
  resume_state: State | null;
  urgency: Urgency;
  lead: string | null;
  due_at: string | null;
  due_basis: string | null;
  published_at: string | null;
}

/** An event as the ticker tells it. */
export interface Told extends Case { event: string; at: string; rating?: string | null }

export interface Name { name: string; name_en: string | null }
export interface Names { categories: Record<string, Name & { private: boolean }>; agencies: Record<string, Name> }
export interface Pinned { scene: SceneName | null; by: { username: string; name: string } | null; at: string | null }

export interface WallDocument {
  at: string;
  day: string;
  figures: Figures;
  areas: Load[];
  agencies: Load[];
  categories: Load[];
  clusters: Cluster[];
  latest: Told[];
}
export interface LiveDocument extends WallDocument { scene: Pinned; names: Names }

/** The same hour of the same weekday in past weeks, oldest first. */
export interface Trend {
  at: string[];
  open: number[];
  unassigned: number[];
  due_soon: number[];
  overdue: number[];
  done_today: number[];
  received_today: number[];
  satisfaction: (number | null)[];
  steps: Record<Step, (number | null)[]>;
}

export interface Picture { role: "report" | "proof"; small: string; large: string }
/** A published result with its public copies. */
export interface Shown { code: string; category: string; category_name: string; area: { code: string; name: string } | null; lead_name: string | null; published_at: string; media: Picture[] }
/** A place where the same problem was solved again and again. */
export interface Spot { category: string; category_name: string; count: number; since: string; last: string; lead_name: string | null; area: { code: string; name: string } | null; lon: number; lat: number }

export interface ReplayPage {
  day: string;
  begin: string;
  end: string;
  events: Told[];
  next: string | null;
  start?: { cases: Case[]; rated: { rated: number; satisfied: number }; steps: Steps };
  names?: Names;
  media?: Shown[];
}

export interface Alarm {
  id: number;
  kind: string;
  level: number;
  raised_at: string;
  text_vi: string;
  text_en: string;
  category: string | null;
  agency: string | null;
  area: { code: string; name: string } | null;
  location: { lon: number; lat: number } | null;
  count: number;
  acknowledged: { by: { username: string; name: string }; at: string; note: string | null } | null;
  cleared_at: string | null;
  drill: boolean;
}
