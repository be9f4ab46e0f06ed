/** One row of the queue: what it is, how pressing, and who is at it, in three lines of one height. */
import { html, nothing, type TemplateResult } from "lit";

import "../shared/due";
import { age } from "../shared/due";
import { categoryIcon, icon } from "../shared/icons";
import type { Report } from "../shared/model";
import { t } from "../shared/preferences";
import { holderOf } from "./allowed";
import { keptFor } from "./because";
import type { Desk } from "./desk";
import { gone, tint } from "./queue";
import { categoryName, priorityText, stateChip, urgentChip } from "./tell";

export interface RowContext {
  desk: Desk;
  now: number;
  seen: ReadonlyMap<string, number>;
  /** The state is left out where every row of the tab has it. */
  plain: boolean;
  byPriority: boolean;
  choose: (code: string) => void;
  /** The one row that Tab comes to; from there J, K and the arrows go on. */
  rover: string | null;
}

const OVER: ReadonlySet<string> = new Set(["published", "closed", "rejected", "merged", "withdrawn"]);

/** Not yet looked at, or changed by others since. */
function unread({ seen, desk }: RowContext, report: Report): TemplateResult | typeof nothing {
  const known = seen.get(report.code) ?? 0;
  if (known === 0 && report.state === "received") return html`<span class="dot"></span><span class="visually-hidden">${t("queue.new")}: </span>`;
  const mine = report.claim?.by.username === desk.me.username || desk.chosen === report.code;
  if (known === 0 || mine || known >= report.version) return nothing;
  return html`<span class="dot changed" title=${t("queue.changed")}></span><span class="visually-hidden">${t("queue.changed")}: </span>`;
}

function marks(context: RowContext, report: Report): TemplateResult {
  const { desk, now } = context;
  const holder = holderOf(report, now);
  const kept = keptFor(desk, report);
  const others = desk.looking(report.code);
  const first = others[0];
  const looking = t("presence.looking", { names: others.map((one) => one.name).join(", ") });
  const people = report.reporter_count ?? 1;
  const priority = context.byPriority ? priorityText(report) : null;
  return html`<span class="marks">${urgentChip(report)}
    ${priority === null ? nothing : html`<span class="chip number" title=${priority.why}>${t("priority.score", { n: priority.score })}</span>`}
    ${people > 1 ? html`<span class="chip" title=${t("case.reporters", { n: people })}>${icon("users")}<span class="number">${people}</span></span>` : nothing}
    ${first === undefined ? nothing : html`<span class="chip look" title=${looking}>${icon("eye")}<span>${others.length === 1 ? first.name : String(others.length)}</span><span class="visually-hidden">${looking}</span></span>`}
    ${kept === null ? nothing : html`<span class="chip">${icon("user")}<span>${kept}</span></span>`}
    ${holder === null ? nothing : html`<span class="chip held" title=${t("claim.by", { name: holder.name })}>${icon("hand")}<span>${holder.username === desk.me.username ? t("claim.me") : holder.name}</span></span>`}
    ${desk.pending.has(report.code) ? html`<span class="chip">${t("pending")}</span>` : context.plain && report.state === "received" ? nothing : stateChip(report)}</span>`;
}

export function rowView(context: RowContext, report: Report): TemplateResult {
  const { desk, now } = context;
  const aged = tint(report, now);
  const percent = gone(report, now) ?? 0;
  const photo = report.media.find((one) => one.role === "report" && one.small);
  // What is late says so in its due time; before that the warning stands in words.
  const warned = aged === "" || aged === "late" ? nothing : html`<span class="warned ${aged}">${icon("clock")}<span>${t("queue.left", { n: 100 - percent })}</span></span>`;
  return html`<button class="row ${aged}" tabindex=${context.rover === report.code ? 0 : -1} data-code=${report.code} aria-current=${desk.chosen === report.code} title=${aged === "" || aged === "late" ? nothing : t("queue.aged", { n: percent })}
    @click=${() => context.choose(report.code)}>
    <span class="thumb">${photo?.small ? html`<img src=${photo.small} alt="" loading="lazy" decoding="async">` : categoryIcon(report.category, desk.category(report.category)?.icon)}</span>
    <span class="body">
      <span class="line"><strong>${unread(context, report)}${categoryName(desk, report)}</strong>
        ${report.due_at !== null && !OVER.has(report.state)
          ? html`<ht-due compact .due=${report.due_at} .basis=${report.due_basis}></ht-due>` : html`<span class="faint">${age(now - Date.parse(report.received_at))}</span>`}</span>
      <span class="line"><span class="text">${report.description ?? ""}</span>${warned}</span>
      <span class="line small"><span class="text faint">${report.area?.name ?? t("area.none")} · <span class="code">${report.code}</span></span>${marks(context, report)}</span>
    </span>
  </button>`;
}
