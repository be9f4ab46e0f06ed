/** The buttons every staff screen has at its right end: language and colours; and the way out. */
import { html, type TemplateResult } from "lit";

import { api } from "../shared/api";
import { icon } from "../shared/icons";
import { currentLanguage, currentTheme, setLanguage, setTheme, t, type Theme } from "../shared/preferences";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];
const THEME_ICONS = { auto: "half", light: "sun", dark: "moon" } as const;

export function preferenceButtons(): TemplateResult {
  const theme = currentTheme();
  const other = currentLanguage() === "vi" ? "en" : "vi";
  return html`<button class="bare" lang=${other} title=${t("language.switch")} @click=${() => setLanguage(other)}>${other.toUpperCase()}<span class="visually-hidden"> ${t("language.switch")}</span></button>
    <button class="bare square" aria-label=${t(`theme.${theme}`)} title=${t(`theme.${theme}`)} @click=${() => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % 3] ?? "auto")}>${icon(THEME_ICONS[theme])}</button>`;
}

async function signOut(): Promise<void> {
  try {
    await api("/api/v1/sessions/current", { method: "DELETE" });
  } finally {
    location.assign("/login");
  }
}

export function signOutButton(): TemplateResult {
  return html`<button class="bare square" aria-label=${t("session.out")} title=${t("session.out")} @click=${() => void signOut()}>${icon("leave")}</button>`;
}
