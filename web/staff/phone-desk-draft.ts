/** What is being written down for a caller: pure, so that it is tested without a screen. */
import type { Category, Urgency } from "../shared/model";
import { fold } from "../shared/fold";
import { named } from "../shared/preferences";

export const CHANNELS = ["phone", "counter", "chat", "email", "app"] as const;
export type Channel = (typeof CHANNELS)[number];
export interface Point { lon: number; lat: number }

export interface Question { type?: string; format?: string; title?: string; title_en?: string; enum?: string[]; minimum?: number; maximum?: number; maxLength?: number }
export interface Questions { properties?: Record<string, Question>; required?: string[] }
export interface Kind extends Category { parent?: Category; questions?: Questions | null }

export interface Draft {
  /** Makes sending again harmless; a new draft has a new one. */
  key: string;
  phone: string;
  name: string;
  anonymous: boolean;
  channel: Channel;
  description: string;
  place: string;
  point: Point | null;
  category: string;
  answers: Record<string, string>;
  urgency: Urgency;
  sameAs: string | null;
}

export function emptyDraft(): Draft {
  return {
    key: crypto.randomUUID(), phone: "", name: "", anonymous: false, channel: "phone", description: "", place: "", point: null,
    category: "", answers: {}, urgency: "normal", sameAs: null,
  };
}

/** What is still missing before it can be sent, in the order of the form. */
export function missing(draft: Draft, kind: Kind | undefined): string[] {
  const required = (kind?.questions?.required ?? []).filter((name) => (draft.answers[name] ?? "").trim() === "");
  return [
    ...(draft.description.trim() === "" ? ["description"] : []), ...(draft.point === null ? ["place"] : []),
    ...(draft.category === "" ? ["category"] : []), ...required.map((name) => `answers/${name}`),
  ];
}

function answerOf(question: Question | undefined, text: string): unknown {
  if (question?.type === "boolean") return text === "true";
  return question?.type === "integer" || question?.type === "number" ? Number(text) : text.trim();
}

/** The body of POST /api/v1/desk/reports. */
export function bodyOf(draft: Draft, kind: Kind | undefined): Record<string, unknown> {
  const asked = kind?.questions?.properties ?? {};
  const given = Object.entries(draft.answers).filter(([name, text]) => name in asked && text.trim() !== "");
  const caller = draft.anonymous ? { anonymous: true } : { ...text("name", draft.name), ...text("phone", draft.phone) };
  return {
    category: draft.category, description: draft.description.trim(), channel: draft.channel, urgency: draft.urgency, caller,
    ...(draft.point === null ? {} : { location: draft.point }), ...text("place", draft.place),
    ...(given.length === 0 ? {} : { answers: Object.fromEntries(given.map(([name, value]) => [name, answerOf(asked[name], value)])) }),
    ...(draft.sameAs === null ? {} : { same_as: draft.sameAs }),
  };
}

const text = (name: string, value: string): Record<string, string> => (value.trim() === "" ? {} : { [name]: value.trim() });

/** The kinds whose name, or whose group's name, holds every word that was typed, with or without accents. */
export function kindsFor(kinds: readonly Kind[], typed: string): Kind[] {
  const words = fold(typed).split(/\s+/).filter((word) => word !== "");
  return kinds.filter((kind) => {
    const names = fold([kind.name, kind.name_en ?? "", kind.parent?.name ?? "", kind.parent?.name_en ?? ""].join(" "));
    return words.every((word) => names.includes(word));
  });
}

export const kindName = (kind: Kind): string => (kind.parent === undefined ? named(kind) : `${named(kind.parent)} · ${named(kind)}`);

/** A code in groups of three, as it is read aloud. */
export const spoken = (code: string): string => code.match(/.{1,3}/g)?.join(" ") ?? code;
