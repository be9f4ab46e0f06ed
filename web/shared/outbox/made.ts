/** New items and media as they begin. */
import { uuid } from "../identity";
import { PIECE } from "./machine";
import type { MediaKind, OutboxItem, OutboxMedia } from "./types";

/** `name`, or with a number where one of `taken` has it: many phones call every photo image.jpg. */
function unlike(name: string, taken: readonly string[]): string {
  const dot = name.lastIndexOf(".");
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let next = name;
  for (let n = 2; taken.includes(next); n += 1) next = `${stem}-${n}${end}`;
  return next;
}

export const made = {
  draft(id = uuid(), now = new Date()): OutboxItem {
    const at = now.toISOString();
    return {
      id, stage: "draft", createdAt: at, capturedAt: null, title: "", entries: [], fields: null, media: [], code: null,
      problem: null, sealed: null, anew: 0, failures: 0, notBefore: 0, waits: null, piece: PIECE.first, changedAt: at,
    };
  },

  media(file: { name: string; type: string; size: number }, kind: MediaKind, taken: readonly string[]): OutboxMedia {
    return {
      id: uuid(), name: unlike(file.name === "" ? kind : file.name, taken), type: file.type, kind, size: file.size, state: "waiting",
      upload: null, offset: 0, sure: false, named: false, attached: false, problem: null,
    };
  },
};
