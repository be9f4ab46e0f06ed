/** The wall's layout: one column on a 16:9 screen, columns on a wide wall. All lengths in --u; nothing scrolls. */
import { css } from "lit";

import { wallText } from "./wall-styles";

export const screenStyles = [wallText, css`
  :host { position: fixed; inset: 0; overflow: hidden; background: #07090b; display: block; cursor: none; }
  main, .loading { position: absolute; inset: calc(1.2 * var(--u)); translate: calc(0.6 * var(--shift-x, 0) * var(--u)) calc(0.6 * var(--shift-y, 0) * var(--u)); }
  main { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: calc(7 * var(--u)) minmax(0, 1fr) calc(20 * var(--u)) calc(7.6 * var(--u)); gap: calc(1.1 * var(--u)); }
  :host([data-replay]) main { grid-template-rows: calc(7 * var(--u)) minmax(0, 1fr) calc(20 * var(--u)) calc(7.6 * var(--u)) calc(5 * var(--u)); }
  .loading { display: grid; place-content: center; font-size: calc(4 * var(--u)); color: var(--ink-2); }

  header { display: flex; align-items: center; gap: calc(1.6 * var(--u)); min-width: 0; }
  h1 { display: flex; align-items: center; gap: calc(1 * var(--u)); margin: 0; flex: none; font-size: calc(4.2 * var(--u)); font-weight: 650; letter-spacing: -0.01em; }
  /* A last letter's hook hangs over its box. */
  h1 .line { padding-inline-end: 0.08em; }
  h1 .icon { color: var(--accent); }
  .ring { width: calc(4.4 * var(--u)); height: calc(4.4 * var(--u)); rotate: -90deg; flex: none; }
  .ring circle { fill: none; stroke: var(--line); stroke-width: 3; }
  .ring .left { stroke: var(--accent); transition: stroke-dasharray 1s linear; }
  .pinned, .signs span { display: inline-flex; align-items: center; gap: 0.4em; white-space: nowrap; }
  .pinned { color: var(--accent); }
  .signs { margin-inline-start: auto; display: flex; gap: calc(2 * var(--u)); }
  /* One above the other where the row is short, so that what hangs there keeps its name. */
  :host(:not([data-shape="wide"])) .signs { flex-direction: column; align-items: flex-end; gap: 0; font-size: calc(2.4 * var(--u)); line-height: 1.25; }
  .fresh .icon { color: var(--done); } .fresh { color: var(--ink-2); }
  .old { color: var(--soon); font-weight: 700; } .quiet { color: var(--soon); }
  .replaying { color: var(--accent-ink); background: var(--soon); padding: 0 0.6em; border-radius: calc(0.5 * var(--u)); font-weight: 750; letter-spacing: 0.06em; }
  .time { display: flex; align-items: baseline; gap: calc(1.4 * var(--u)); white-space: nowrap; }
  .time time { font-size: calc(5.6 * var(--u)); font-weight: 650; line-height: 1; }
  .day { color: var(--ink-2); font-size: calc(2.7 * var(--u)); }

  .stage { position: relative; min-height: 0; min-width: 0; display: grid; }
  .stage > * { grid-area: 1 / 1; min-height: 0; min-width: 0; }
  .city { display: grid; grid-template-columns: minmax(0, 1fr) calc(62 * var(--u)); gap: calc(1.1 * var(--u)); } .city.away { visibility: hidden; }
  .body { min-height: 0; min-width: 0; }
  .stage > .body { padding: calc(1 * var(--u)) calc(2 * var(--u)); border-radius: calc(0.9 * var(--u)); background: var(--paper); border: calc(0.12 * var(--u)) solid var(--line); }

  :host([data-shape="wide"]) main { grid-template-columns: calc(76 * var(--u)) minmax(0, 1fr) minmax(0, var(--panels-width, 1fr)); grid-template-rows: calc(8 * var(--u)) minmax(0, 1fr) calc(7.6 * var(--u)); grid-template-areas: "head head head" "band stage panels" "ticker ticker ticker"; }
  :host([data-shape="wide"][data-replay]) main { grid-template-rows: calc(8 * var(--u)) minmax(0, 1fr) calc(7.6 * var(--u)) calc(5 * var(--u)); grid-template-areas: "head head head" "band stage panels" "ticker ticker ticker" "replay replay replay"; }
  :host([data-shape="wide"]) header { grid-area: head; } :host([data-shape="wide"]) ht-wall-band { grid-area: band; } :host([data-shape="wide"]) .stage { grid-area: stage; }
  :host([data-shape="wide"]) ht-wall-ticker { grid-area: ticker; } :host([data-shape="wide"]) .replay { grid-area: replay; }
  .panels { grid-area: panels; display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: calc(1.1 * var(--u)); min-height: 0; }
  .panel { display: grid; grid-template-rows: auto minmax(0, 1fr); gap: calc(1 * var(--u)); padding: calc(1.4 * var(--u)) calc(2 * var(--u)); border-radius: calc(0.9 * var(--u)); background: var(--paper); border: calc(0.12 * var(--u)) solid var(--line); min-height: 0; }
  .panel h2 { font-size: calc(3.6 * var(--u)); color: var(--ink-2); font-weight: 600; }

  .replay { display: flex; align-items: center; gap: calc(2 * var(--u)); padding: 0 calc(2 * var(--u)); border-radius: calc(0.9 * var(--u)); background: var(--soon-soft); color: var(--soon); font-size: calc(2.9 * var(--u)); font-weight: 600; white-space: nowrap; overflow: hidden; }
  .replay strong { letter-spacing: 0.1em; }
  .replay progress { flex: 1 1 calc(20 * var(--u)); min-width: calc(14 * var(--u)); height: calc(1.2 * var(--u)); accent-color: var(--soon); }
  .replay .keys { min-width: 0; font-size: calc(2.2 * var(--u)); font-weight: 400; color: var(--ink-2); overflow: hidden; text-overflow: ellipsis; }
  :host([data-replay]) { box-shadow: inset 0 0 0 calc(0.6 * var(--u)) var(--soon); }

  :host([data-stale]) main { filter: grayscale(1) brightness(0.45); }
  .veil { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: calc(2 * var(--u)); text-align: center; background: rgb(0 0 0 / 35%); font-size: calc(3.6 * var(--u)); }
  .veil .big { font-size: calc(9 * var(--u)); font-weight: 750; color: var(--soon); letter-spacing: 0.01em; padding: calc(1 * var(--u)) calc(4 * var(--u)); background: #07090b; border: calc(0.5 * var(--u)) solid var(--soon); border-radius: calc(1.2 * var(--u)); }
  .veil p:not(.big) { background: #07090b; padding: calc(0.4 * var(--u)) calc(2 * var(--u)); border-radius: calc(0.6 * var(--u)); }
`];
