/** Language and colour theme of this person on this screen. Cookies, so that the server's first paint knows them. */
import { en } from "./words/en";
import { vi, type Key } from "./words/vi";
import { cookie } from "./api";

export type Language = "vi" | "en";
export type Theme = "auto" | "light" | "dark";

const WORDS: Record<Language, Record<Key, string>> = { vi, en };
const LOCALES: Record<Language, string> = { vi: "vi-VN", en: "en-GB" };
const YEAR = 365 * 24 * 3600;

let language: Language = "vi";
let theme: Theme = "auto";
const watchers = new Set<() => void>();

function remember(name: string, value: string): void {
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax`;
}

export function loadPreferences(): void {
  const spoken = cookie("hientruong_lang", document.cookie) ?? document.documentElement.lang;
  language = spoken === "en" ? "en" : "vi";
  const wanted = cookie("hientruong_theme", document.cookie);
  theme = wanted === "dark" || wanted === "light" ? wanted : "auto";
  show();
}

function show(): void {
  document.documentElement.lang = language;
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const tell of watchers) tell();
}

export function setLanguage(next: Language): void {
  language = next;
  remember("hientruong_lang", next);
  show();
}

export function setTheme(next: Theme): void {
  theme = next;
  remember("hientruong_theme", next);
  show();
}

export const currentLanguage = (): Language => language;
export const currentTheme = (): Theme => theme;
export const locale = (): string => LOCALES[language];

/** Calls `tell` after every change of language or theme until the returned function is called. */
export function onPreferences(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

/** The words for `key` in the current language; `{name}` in them is replaced by `values.name`. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The words for a key that comes from the server (an event, a reason); `otherwise` when nobody has named it yet. */
export function said(key: string, otherwise: string): string {
  return key in WORDS[language] ? WORDS[language][key as Key] : otherwise;
}

/** Whichever of a Vietnamese and an optional English name fits the current language. */
export function named(thing: { name: string; name_en?: string | null | undefined }): string {
  return language === "en" ? (thing.name_en ?? thing.name) : thing.name;
}
