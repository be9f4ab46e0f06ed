/** What waits on the phone until the city has it. Everything here is plain data: it lies in IndexedDB as it stands. */
import type { Problem } from "../model";

export type { Problem };

/** What the resident entered, as the API takes it; time and media are added when it is sealed for sending. */
export interface ReportFields {
  category: string;
  description: string;
  location: { lon: number; lat: number; accuracy_m?: number };
  answers: Record<string, unknown>;
  anonymous: boolean;
}

/** The form's own controls by name, to fill the form again exactly as it was. */
export type Entries = [name: string, value: string][];

export type MediaKind = "image" | "video" | "audio";

/** `waiting`: has no place on the server yet · `late`: none could be had, it follows after the report · `going`: has
 *  one · `gone`: had one, which the server no longer knows · `done`: the server has every byte · `refused`: it will
 *  never take it, `problem` says why. */
export type MediaState = "waiting" | "late" | "going" | "gone" | "done" | "refused";

export interface OutboxMedia {
  /** Made on the phone; its bytes lie in a store of their own. */
  id: string;
  /** Unlike those of the other media of the same report: by it the city's answer is compared with what was sent. */
  name: string;
  type: string;
  kind: MediaKind;
  size: number;
  state: MediaState;
  /** The upload's id on the server. */
  upload: string | null;
  /** Bytes the server is known to have. */
  offset: number;
  /** Whether `offset` is the server's word; after a broken piece it is not. */
  sure: boolean;
  /** Whether the sealed body names the upload. */
  named: boolean;
  /** Whether the server has been told that the upload belongs to the report. */
  attached: boolean;
  problem: Problem | null;
}

/** `sending`: on its way, the city may or may not have it · `uploading`: accepted, media follow. */
export type Stage = "draft" | "queued" | "sending" | "uploading" | "done" | "rejected";

export interface OutboxItem {
  /** The idempotency key: a UUID made on the phone, the same for every attempt. */
  id: string;
  stage: Stage;
  createdAt: string;
  /** By the phone's clock, when it was sent off or the first photo was taken. */
  capturedAt: string | null;
  /** What it is about where that is no new report (a crew's task), and who made it. */
  about?: string;
  by?: string;
  /** What a list calls it: the category's name in the reader's language. */
  title: string;
  entries: Entries;
  /** The body as it will be sent, without time and media; null only while it is a draft. */
  fields: object | null;
  media: OutboxMedia[];
  /** The city's code, once it has the report. */
  code: string | null;
  /** Why the server refused it; a mended draft keeps it, to be shown beside the form. */
  problem: Problem | null;
  /** The body exactly as it is sent, from the first attempt on: the server compares its hash. */
  sealed: string | null;
  /** How often uploads had to be reserved once more because the server knew the old ones no longer. */
  anew: number;
  /** Failures since something last went well. */
  failures: number;
  /** Milliseconds of the phone's clock before which nothing is tried, and whose wish that is: `limit` is the server's. */
  notBefore: number;
  waits: "network" | "limit" | null;
  /** Bytes of the next piece. */
  piece: number;
  changedAt: string;
}

/** What the form holds while somebody fills it in. Media are added and removed by their own calls. */
export type Draft = Pick<OutboxItem, "id" | "createdAt" | "capturedAt" | "title" | "entries" | "fields" | "media" | "problem" | "about" | "by">;

/** `free`: bytes this site may still keep, null where the browser does not say; `persisted`: whether the browser
 *  promised not to clear them when it needs room. */
export interface Room { free: number | null; persisted: boolean }

/** The browser has no room for what was to be kept. */
export class NoRoom extends Error {
  constructor(readonly needed: number, readonly free: number | null) {
    super("no room");
    this.name = "NoRoom";
  }
}
