/** The answers of the API as the web apps use them. Times are RFC 3339 strings, distances metres, points WGS 84. */

export type State =
  | "received" | "verified" | "dispatched" | "in_progress" | "resolved" | "published" | "closed"
  | "awaiting_resident" | "rejected" | "merged" | "withdrawn";

export type PublicStatus = "waiting" | "in_progress" | "done" | "rejected";
export type Urgency = "normal" | "urgent";
export type Role = "operator" | "supervisor" | "leader" | "admin" | "agency";

export interface Person { username: string; name: string }
export interface Account extends Person { role: Role; agency: string | null }
export interface Claim { by: Person; until: string }
export interface Location { lon: number; lat: number; accuracy_m?: number | null }
export interface AreaRef { code: string; name: string; valid_from?: string }
export interface Reason { code: string; text?: string; name?: string; category?: string; urgency?: string; rule?: string; area?: string; distance_m?: number; valid_from?: string; error?: string; owner?: string | null; person?: string; amount?: number; unit?: string }
/** A coded notice. `report` and `own`: where a picture was used before, another report or this one; `turned` (degrees clockwise)
 *  and `mirrored`: what was done to the earlier picture to make this one. */
export interface Notice { code: string; detail: string; report?: string; distance?: number; same_file?: boolean; own?: boolean; unsure?: boolean; distance_m?: number; turned?: number; mirrored?: boolean }

export type AreaKind = "face" | "plate" | "hand";
/** [second, x, y, w, h]: the place that holds from this second until the next step. */
export type AreaStep = [number, number, number, number, number];

/** What a public copy hides: a rectangle in fractions of the upright picture. In a film from `from_s` to `to_s`; a moving
 *  thing has a `path`, and x, y, w, h are then everything it ever covers. */
export interface Area { id: string; kind: AreaKind; x: number; y: number; w: number; h: number; score?: number | null; from_s?: number | null; to_s?: number | null; path?: AreaStep[] }

/** Who or what has looked for faces and plates; withheld: no public copy, for this reason. */
export interface Privacy { state: "checked" | "withheld"; areas: Area[]; reason?: string | null; by?: string | null; at: string }
export interface PublicCopies { small: string | null; large: string | null; video: string | null }

export interface Media {
  id: string;
  role: "report" | "proof" | "check";
  kind?: "image" | "video" | "audio";
  state: "expected" | "processing" | "ready" | "refused" | "withheld";
  /** Per cent of what arrives or is made, null when nobody knows. */
  progress?: number | null;
  content_type?: string | null;
  width?: number | null;
  height?: number | null;
  duration_s?: number | null;
  small?: string | null;
  large?: string | null;
  video?: string | null;
  audio?: string | null;
  original?: string | null;
  refusal?: Notice | null;
  warnings?: Notice[];
  name?: string | null;
  taken_at?: string | null;
  /** For the center: what was found, and the copies without it, which alone can become public. */
  privacy?: Privacy | null;
  public?: PublicCopies | null;
}

export interface Because { code: string; text: string; weight: number }

export interface Route {
  lead: string | null;
  supporting?: string[];
  rule?: unknown;
  because?: Reason[];
  boundary?: { distance_m: number; area: AreaRef | null } | null;
  fallback?: boolean;
  /** The system sent it straight on, by the rule alone. */
  straight_through?: boolean;
  /** Username of the operator for whom the rule keeps it. */
  person?: string | null;
}

export interface Follower { code: string; category: string; received_at: string; distance_m?: number | null; rating?: string | null }

export interface Return { reason: string; agency: string; proposed_agency?: string | null; at: string }

/** What one rule of proof says: facts are the numbers behind it, `why` what is missing. `media`: the file, null for all. */
export interface ProofFinding {
  code: "photo" | "near" | "after" | "unique" | "words";
  severity: "ok" | "warn" | "fail";
  media?: string | null;
  pointer?: string | null;
  facts: Record<string, string | number | boolean>;
}
export interface ProofAsks { photo: boolean; within_m: number; words: number; binding: readonly string[] }
export interface Proof {
  findings: readonly ProofFinding[];
  worst: ProofFinding["severity"] | null;
  photos: number;
  override: { reason: string; by: string; name?: string | null; at: string } | null;
  /** When something was found after the publication. */
  failed_at?: string;
  asks: ProofAsks | null;
}

/** A look at the scene that the center asked for; open while it has neither `done_at` nor `recalled_at`. */
export interface FieldCheck {
  to: string;
  person?: string | null;
  name?: string | null;
  question: string;
  by: string;
  at: string;
  done_at?: string;
  finding?: string;
  reported_by?: string;
  media?: readonly string[];
  facts?: readonly ProofFinding[];
  recalled_at?: string;
  reason?: string;
}

/** A second look at a published case: `drawn_at` when the lot chose it, `result` once somebody has looked. */
export interface Audit { drawn_at?: string; share?: number; result?: "passed" | "failed"; note?: string | null; by?: string; at?: string }

export interface Report {
  code: string;
  version: number;
  state: State;
  public_status: PublicStatus;
  urgency: Urgency;
  category: string;
  category_name?: string | null;
  /** The code of the hot spot it lies in. */
  hot_spot?: string | null;
  description?: string | null;
  answers?: Record<string, unknown> | null;
  channel?: string | null;
  area: AreaRef | null;
  lead: string | null;
  lead_name?: string | null;
  supporting?: string[];
  claim: Claim | null;
  received_at: string;
  captured_at?: string | null;
  due_at: string | null;
  due_basis?: "projected" | "running" | "paused" | null;
  clock?: { level?: { amount: number; unit: string; starts: string } | null; started_at?: string | null; extensions?: number; warned?: number } | null;
  /** When the time of the agency that holds the case now is over; null while none counts. */
  holder_due_at?: string | null;
  location: Location | null;
  media: Media[];
  route?: Route | null;
  question?: { text: string; asked_at: string } | null;
  answer?: unknown;
  rejection?: { reason: string; public_answer?: string | null } | null;
  resolution?: { summary: string; at: string; by?: unknown } | null;
  returns?: Return[];
  /** Who at the lead agency has the case; null: nobody by name. */
  officer?: Person | null;
  /** For the center and the agencies of the case. */
  proof?: Proof | null;
  checks?: readonly FieldCheck[];
  /** Agencies whose check at the scene is open. */
  checking?: readonly string[];
  /** For the center. */
  audit?: Audit | null;
  resolved_at?: string | null;
  public_answer?: string | null;
  public_media?: string[];
  published_at?: string | null;
  closed_at?: string | null;
  rating?: { rating: "satisfied" | "acceptable" | "unsatisfied"; comment?: string | null; at?: string | null } | null;
  merged_into?: string | null;
  reporter_count?: number;
  /** How pressing beside the due time, for the center: a score and what it is made of. */
  priority?: { score: number; because?: { code: string; weight: number }[] } | null;
  /** The reports merged into this one, for the center. */
  followers?: Follower[];
  distance_m?: number;
  /** Among similar reports: how alike, 0 to 1, and why. */
  score?: number;
  because?: Because[];
}

export interface Actor { kind?: string; username?: string; name?: string | null; role?: string; agency?: string | null }

export interface LiveEvent {
  type: "event";
  seq: number;
  event: string;
  report: Report | null;
  at: string;
  by: Actor | null;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: { pointer: string; detail: string; detail_vi?: string }[];
  report?: Report | null;
  /** Of a result that lacks its proof. */
  findings?: readonly ProofFinding[];
}

export interface Agency { code: string; name: string; name_en?: string | null; kind?: string; parent_code?: string | null }
export interface Category { code: string; name: string; name_en?: string | null; icon?: string | null; approvals?: number; children?: Category[] }
export interface Edge { from: State; command: string; to: State | null; roles: string[]; needs?: string[]; lane?: string | null }
export interface Lifecycle { states: Partial<Record<State, string | null>>; edges: Edge[] }
export interface ReasonChoice { code: string; name: string; name_en?: string | null; public_answer?: string | null; public_answer_en?: string | null }
export interface TimelineEntry { seq?: number; event: string; at: string; by?: Actor | null; text_vi?: string; text_en?: string; data?: Record<string, unknown> }

const OPEN: ReadonlySet<State> = new Set(["received", "verified", "dispatched", "in_progress", "resolved", "awaiting_resident"]);

/** True while somebody still has to do something about the report; exactly these are held by the operations topic. */
export function isOpen(report: Report): boolean {
  return OPEN.has(report.state);
}
