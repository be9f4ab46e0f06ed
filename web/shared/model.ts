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
export interface Reason { code: string; text?: string; name?: string; category?: string; urgency?: string; rule?: string; area?: string; distance_m?: number; valid_from?: string; error?: string }
export interface Notice { code: string; detail: string }

export interface Media {
  id: string;
  role: "report" | "proof";
  state: "processing" | "ready" | "refused" | "withheld";
  content_type?: string | null;
  width?: number | null;
  height?: number | null;
  small?: string | null;
  large?: string | null;
  original?: string | null;
  refusal?: Notice | null;
  warnings?: Notice[];
  name?: string | null;
  taken_at?: string | null;
}

export interface Route {
  lead: string | null;
  supporting?: string[];
  rule?: unknown;
  because?: Reason[];
  boundary?: { distance_m: number; area: AreaRef | null } | null;
  fallback?: boolean;
}

export interface Return { reason: string; agency: string; proposed_agency?: string | null; at: string }

export interface Report {
  code: string;
  version: number;
  state: State;
  public_status: PublicStatus;
  urgency: Urgency;
  category: string;
  category_name?: string | null;
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
  clock?: { level?: { amount: number; unit: string; starts: string } | null; started_at?: string | null } | null;
  location: Location | null;
  media: Media[];
  route?: Route | null;
  question?: { text: string; asked_at: string } | null;
  answer?: unknown;
  rejection?: { reason: string; public_answer?: string | null } | null;
  resolution?: { summary: string; at: string; by?: unknown } | null;
  returns?: Return[];
  resolved_at?: string | null;
  public_answer?: string | null;
  public_media?: string[];
  published_at?: string | null;
  closed_at?: string | null;
  rating?: { rating: "satisfied" | "acceptable" | "unsatisfied"; comment?: string | null; at?: string | null } | null;
  merged_into?: string | null;
  reporter_count?: number;
  distance_m?: number;
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
  errors?: { pointer: string; detail: string }[];
  report?: Report | null;
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
