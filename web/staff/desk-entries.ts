/** Everything the triage desk can do, as one list: the palette searches it, the help sheet prints its keys. */
import { api } from "../shared/api";
import { fold } from "../shared/fold";
import type { IconName } from "../shared/icons";
import type { Report } from "../shared/model";
import { currentLanguage, currentTheme, named, setLanguage, setTheme, t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import type { Key } from "../shared/words/vi";
import { ACTIONS, type Command } from "./actions";
import type { Desk } from "./desk";
import type { Query } from "./kept";
import type { Entry } from "./palette-match";
import { CENTER_TABS, NO_FILTERS, ORDERS, type Filters, type Tab } from "./queue";
import { queryText } from "./query-text";
import { categoryName, faultText } from "./tell";

const MOST_REPORTS = 12;

/** What the desk's own keys do, beside the commands of a case. */
export const DESK_KEYS = {
  next: { key: "J", icon: "down", words: "help.next" },
  previous: { key: "K", icon: "down", words: "help.previous" },
  search: { key: "/", icon: "search", words: "help.search" },
  filters: { key: "F", icon: "filter", words: "queue.filters" },
  views: { key: "W", icon: "filter", words: "view.title" },
  pick: { key: "X", icon: "check", words: "bulk.pick.one" },
  bulk: { key: "B", icon: "list", words: "bulk.open" },
  note: { key: "I", icon: "copy", words: "note.write" },
  mentions: { key: "@", icon: "users", words: "mention.title" },
  media: { key: "P", icon: "image", words: "viewer.open" },
  due: { key: "=", icon: "calendar", words: "due.explain" },
  escalations: { key: "!", icon: "alarm", words: "escalation.title" },
  phone: { key: "N", icon: "user", words: "desk.phone" },
  undo: { key: "Z", icon: "undo", words: "help.undo" },
  palette: { key: ":", icon: "search", words: "palette.title" },
  help: { key: "?", icon: "help", words: "help.title" },
} as const satisfies Record<string, { key: string; icon: IconName; words: Key }>;
export type DeskKey = keyof typeof DESK_KEYS;

export interface DeskActions {
  desk: Desk;
  query: Query;
  open: ReadonlySet<string>;
  report: Report | undefined;
  give: (command: Command) => void;
  press: (key: DeskKey) => void;
  pick: (tab: Tab) => void;
  filter: (part: Partial<Filters>) => void;
  show: (query: Query) => void;
  select: (code: string) => void;
}

function commands({ report, open, give }: DeskActions): Entry[] {
  if (report === undefined) return [];
  return (Object.keys(ACTIONS) as Command[]).filter((command) => open.has(command)).map((command) => ({
    id: `do-${command}`, group: t("palette.case", { code: report.code }), words: t(`command.${command}`), icon: ACTIONS[command].icon, key: ACTIONS[command].key, run: () => give(command),
  }));
}

function places({ desk, pick, show, filter, query }: DeskActions): Entry[] {
  const group = t("palette.go");
  return [
    ...CENTER_TABS.map((tab, at) => ({ id: `tab-${tab}`, group, words: t(`tab.${tab}`), icon: "list" as const, key: String(at + 1), run: () => pick(tab) })),
    ...desk.views.items.map((view) => ({ id: `view-${view.id}`, group, words: view.name, also: queryText(desk, view.query), icon: "star" as const, run: () => show(view.query) })),
    ...ORDERS.filter((order) => order !== query.order).map((order) => ({ id: `order-${order}`, group, words: t(`order.${order}`), icon: "filter" as const, run: () => filter({ order }) })),
    { id: "urgent", group, words: t("filter.urgent"), icon: "urgent", run: () => filter({ urgent: !query.urgent }) },
    { id: "late", group, words: t("filter.late"), icon: "alarm", run: () => filter({ late: !query.late }) },
    { id: "clear", group, words: t("filter.clear"), icon: "cross", run: () => filter(NO_FILTERS) },
    { id: "wall", group, words: t("desk.wall"), icon: "map", run: () => location.assign("/ioc/wall") },
    { id: "figures", group, words: t("desk.figures"), icon: "calendar", run: () => location.assign("/ioc/figures") },
  ];
}

/** A drill is the supervisor's: begun here, ended here or in the alarm bar. */
function drills({ desk }: DeskActions): Entry[] {
  if (desk.me.role !== "supervisor") return [];
  const active = desk.drill === null;
  const give = async (): Promise<void> => {
    try {
      await api("/api/v1/drill", { method: "POST", body: { active } });
    } catch (error) {
      desk.toast(faultText(asRefused(error)), "bad");
    }
  };
  return [{ id: "drill", group: t("palette.desk"), words: t(active ? "drill.begin" : "drill.end"), icon: "eye", run: () => void give() }];
}

function tools({ press }: DeskActions): Entry[] {
  const group = t("palette.desk");
  const theme = currentTheme() === "dark" ? "light" : "dark";
  const language = currentLanguage() === "vi" ? "en" : "vi";
  return [
    ...(Object.keys(DESK_KEYS) as DeskKey[]).filter((key) => key !== "palette").map((key) => ({ id: `key-${key}`, group, words: t(DESK_KEYS[key].words), icon: DESK_KEYS[key].icon, key: DESK_KEYS[key].key, run: () => press(key) })),
    { id: "theme", group, words: t(`theme.${theme}`), icon: "half", run: () => setTheme(theme) },
    { id: "language", group, words: t("language.switch"), icon: "users", run: () => setLanguage(language) },
  ];
}

/** Reports by code or words, and categories; only once something is typed, because there are thousands. */
function things({ desk, select, filter }: DeskActions, typed: string): Entry[] {
  const words = fold(typed).split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const found: Entry[] = [];
  for (const report of desk.reports.values()) {
    const text = `${report.code} ${categoryName(desk, report)} ${report.area?.name ?? ""} ${report.description ?? ""}`;
    const folded = fold(text);
    if (!words.every((word) => folded.includes(word))) continue;
    found.push({ id: `report-${report.code}`, group: t("palette.reports"), words: `${report.code} · ${categoryName(desk, report)} · ${report.area?.name ?? ""}`, also: report.description ?? "", icon: report.state, run: () => select(report.code) });
    if (found.length === MOST_REPORTS) break;
  }
  const categories = desk.catalogues.leaves().map((leaf) => ({ id: `category-${leaf.code}`, group: t("palette.categories"), words: named(leaf), icon: "filter" as const, run: () => filter({ category: leaf.code }) }));
  return [...found, ...categories];
}

export function deskEntries(actions: DeskActions, typed: string): Entry[] {
  return [...commands(actions), ...things(actions, typed), ...places(actions), ...drills(actions), ...tools(actions)];
}
