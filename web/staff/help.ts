import { css, html, type TemplateResult } from "lit";
import { customElement, query } from "lit/decorators.js";

import { controls } from "../shared/controls";
import { HtElement } from "../shared/element";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import type { Key } from "../shared/words/vi";
import { dialogStyles } from "./dialog-styles";

const KEYS: [string[], Key][] = [
  [["J", "K"], "help.move"], [["C"], "help.claim"], [["V"], "command.verify"], [["D"], "command.dispatch"], [["R"], "command.reject"],
  [["M"], "command.merge"], [["Q"], "command.ask"], [["A"], "command.approve"], [["S"], "command.send_back"], [["U"], "help.back"],
  [["T"], "command.take_over"], [["E"], "command.extend"], [["O"], "command.reopen"], [["Z"], "help.undo"],
  [["N"], "caller.title"], [["Shift A"], "alarm.key"], [["/"], "help.search"], [["1", "5"], "help.tabs"], [["?"], "help.title"], [["Esc"], "help.escape"],
];

@customElement("ht-help")
export class Help extends HtElement {
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [controls, dialogStyles, css`
    dl { display: grid; grid-template-columns: max-content 1fr max-content 1fr; gap: var(--s-2) var(--s-4); align-items: center; }
    dt { display: inline-flex; gap: var(--s-1); justify-content: end; }
    @media (max-width: 700px) { dl { grid-template-columns: max-content 1fr; } kbd { display: inline-grid; } }
  `];

  show(): void {
    this.dialog.showModal();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @keydown=${(event: KeyboardEvent) => event.stopPropagation()}><form method="dialog">
      <div class="head"><h2 id="title">${icon("help")}${t("help.title")}</h2><span></span><button class="bare square" aria-label=${t("action.close_view")}>${icon("cross")}</button></div>
      <div class="fields"><dl>${KEYS.map(([keys, words]) => html`<dt>${keys.map((key, at) => html`${at > 0 ? "–" : ""}<kbd>${key}</kbd>`)}</dt><dd>${t(words)}</dd>`)}</dl></div>
      <div class="foot"><button class="first" autofocus>${t("action.close_view")}</button></div></form></dialog>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-help": Help } }
