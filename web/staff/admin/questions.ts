/** The questions of a category: simple kinds for the editor, JSON Schema for the server. What the editor does not know is kept. */
import { without } from "./model";

export type QuestionKind = "choice" | "text" | "number" | "yes_no" | "date";
export const QUESTION_KINDS: readonly QuestionKind[] = ["choice", "text", "number", "yes_no", "date"];
export interface Option { value: string; vi: string; en: string }
export interface Question { name: string; kind: QuestionKind; vi: string; en: string; required: boolean; options: Option[]; rest: Record<string, unknown> }
export interface Asked { questions: Question[]; wordsRequired: boolean }

type Property = Record<string, unknown>;
const OWN = new Set(["type", "format", "title", "title_en", "enum", "titles", "titles_en"]);

export function read(schema: Record<string, unknown> | null | undefined): Asked {
  const properties = (schema?.["properties"] ?? {}) as Record<string, Property>;
  const required = new Set((schema?.["required"] ?? []) as string[]);
  const questions = Object.entries(properties).map(([name, property]) => ({
    name, kind: kindOf(property), vi: text(property["title"]), en: text(property["title_en"]), required: required.has(name),
    options: optionsOf(property), rest: Object.fromEntries(Object.entries(property).filter(([key]) => !OWN.has(key))),
  }));
  return { questions, wordsRequired: schema?.["x-words-required"] === true };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function kindOf(property: Property): QuestionKind {
  if (Array.isArray(property["enum"])) return "choice";
  if (property["type"] === "boolean") return "yes_no";
  if (property["type"] === "integer" || property["type"] === "number") return "number";
  return property["format"] === "date" ? "date" : "text";
}

function optionsOf(property: Property): Option[] {
  const values = Array.isArray(property["enum"]) ? property["enum"].map(String) : [];
  const [vi, en] = [(property["titles"] ?? {}) as Record<string, string>, (property["titles_en"] ?? {}) as Record<string, string>];
  return values.map((value) => ({ value, vi: vi[value] ?? value, en: en[value] ?? "" }));
}

/** The schema; null when nothing is asked. `before` keeps its members that the editor does not know. */
export function written(asked: Asked, before: Record<string, unknown> | null | undefined): Record<string, unknown> | null {
  if (asked.questions.length === 0 && !asked.wordsRequired) return null;
  const kept = without(before ?? {}, "x-words-required");
  return {
    ...kept,
    properties: Object.fromEntries(asked.questions.map((question) => [question.name, property(question)])),
    required: asked.questions.filter((question) => question.required).map((question) => question.name),
    ...(asked.wordsRequired ? { "x-words-required": true } : {}),
  };
}

function property(question: Question): Property {
  const { kind, vi, en, options, rest } = question;
  const titles = { title: vi, ...(en === "" ? {} : { title_en: en }) };
  if (kind === "yes_no") return { type: "boolean", ...titles, ...only(rest, NOTES) };
  if (kind === "number") return { type: "integer", ...titles, ...only(rest, [...NOTES, "minimum", "maximum"]) };
  if (kind === "date") return { type: "string", format: "date", ...titles, ...only(rest, NOTES) };
  if (kind === "text") return { type: "string", ...titles, maxLength: 200, ...only(rest, [...NOTES, "maxLength"]) };
  const english = options.filter((option) => option.en !== "");
  return {
    type: "string", ...titles, enum: options.map((option) => option.value), titles: Object.fromEntries(options.map((option) => [option.value, option.vi])),
    ...(english.length > 0 ? { titles_en: Object.fromEntries(english.map((option) => [option.value, option.en])) } : {}), ...only(rest, NOTES),
  };
}

const NOTES = ["description", "description_en"];

/** Members that make sense for the kind: a choice that was a number has no least value any more. */
function only(rest: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rest).filter(([name]) => names.includes(name)));
}

export function blankQuestion(taken: readonly string[]): Question {
  let at = taken.length + 1;
  while (taken.includes(`q${at}`)) at += 1;
  return { name: `q${at}`, kind: "text", vi: "", en: "", required: false, options: [], rest: {} };
}

export function blankOption(taken: readonly Option[]): Option {
  let at = taken.length + 1;
  while (taken.some((option) => option.value === `o${at}`)) at += 1;
  return { value: `o${at}`, vi: "", en: "" };
}
