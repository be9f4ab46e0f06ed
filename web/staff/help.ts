import { css, html, type TemplateResult } from "lit";
import { customElement, query } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import type { Key } from "../shared/words/vi";
import { ACTIONS, type Command } from "./actions";
import { DESK_KEYS } from "./desk-entries";
import { dialogStyles } from "./dialog-styles";
import { keepKeys } from "./keyboard";

const CASE: readonly Command[] = ["claim", "take_over", "verify", "dispatch", "reject", "merge", "ask", "approve", "send_back", "recall", "extend", "reopen", "close", "send_checker", "override_proof", "audit"];
/** Keys that are said otherwise than the command they stand for. */
const TOLD: Partial<Record<Command, Key>> = { claim: "help.claim", recall: "help.back" };

@customElement("ht-help")
export class Help extends HtElement {
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles, css`
    dialog { width: min(52rem, calc(100vw - 2rem)); }
    h3 { font-size: var(--t-s); color: var(--ink-2); }
    dl { display: grid; grid-template-columns: 5.5rem 1fr 5.5rem 1fr; gap: var(--s-2) var(--s-3); align-items: center; }
    dt { display: inline-flex; gap: var(--s-1); justify-content: end; }
    @media (max-width: 700px) { dl { grid-template-columns: 5.5rem 1fr; } kbd { display: inline-grid; } }
  `];

  get isOpen(): boolean {
    return this.dialog.open;
  }

  show(): void {
    this.dialog.showModal();
  }

  private list(keys: readonly (readonly [string, string])[]): TemplateResult {
    return html`<dl>${keys.map(([key, words]) => html`<dt>${key.split(" ").map((one) => html`<kbd>${one}</kbd>`)}</dt><dd>${words}</dd>`)}</dl>`;
  }

  override render(): TemplateResult {
    const desk = Object.values(DESK_KEYS).map((one) => [one.key === ":" ? ": Ctrl+K" : one.key, t(one.words)] as const);
    const more: [string, string][] = [["1 – 6", t("help.tabs")], ["⇧X", t("help.range")], ["⇧A", t("alarm.key")], ["Esc", t("help.escape")]];
    return html`<dialog aria-labelledby="title" @keydown=${keepKeys}><form method="dialog">
      <div class="head"><h2 id="title">${icon("help")}${t("help.title")}</h2><span></span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
      <div class="fields"><h3>${t("help.case")}</h3>${this.list(CASE.map((command) => [ACTIONS[command].key, t(TOLD[command] ?? `command.${command}`)]))}
        <h3>${t("help.desk")}</h3>${this.list([...desk, ...more])}</div>
      <div class="foot"><button class="first" autofocus>${t("action.close_view")}</button></div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-help": Help } }
