import { css } from "lit";

export const crewStyles = css`
  :host { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); height: 100vh; height: 100dvh; max-width: 44rem; margin: 0 auto; background: var(--paper); }
  .bar { display: flex; align-items: center; gap: var(--s-1); padding: var(--s-1) var(--s-1) var(--s-1) var(--s-3); background: var(--surface); border-bottom: 1px solid var(--line); }
  .bar h1 { font-size: var(--t-l); min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .bar .gap { flex: 1; }
  .state { display: grid; gap: var(--s-2); }
  .line { display: flex; align-items: center; gap: var(--s-2); flex-wrap: wrap; font-size: var(--t-s); color: var(--ink-2); }
  .duty { display: flex; align-items: center; gap: var(--s-2); min-height: var(--target); font-weight: 500; }
  .duty input { width: 1.4rem; height: 1.4rem; }
  .tabs { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: var(--s-1); } .tabs button { padding: 0 var(--s-1); }
  main { overflow: auto; padding: var(--s-3); display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-3); align-content: start; }
  .stops { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-2); }
  .card { display: grid; gap: var(--s-2); width: 100%; padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); text-align: start; white-space: normal; justify-items: stretch; justify-content: stretch; min-height: 0; font-weight: 400; }
  .card.over { background: var(--sunken); }
  .card .top { display: flex; gap: var(--s-2); align-items: baseline; }
  .card .top strong { flex: 1; overflow-wrap: anywhere; }
  .n { display: inline-grid; place-items: center; min-width: 1.7rem; height: 1.7rem; border-radius: var(--r-full); background: var(--accent-soft); color: var(--accent); font-weight: 650; }
  .facts { display: flex; gap: var(--s-2) var(--s-3); flex-wrap: wrap; align-items: center; font-size: var(--t-s); color: var(--ink-2); }
  .big { min-height: 3.25rem; font-size: var(--t-l); }
  .buttons { display: grid; gap: var(--s-2); }
  .two { display: grid; grid-template-columns: 1fr 1fr; gap: var(--s-2); }
  .before { width: 100%; max-height: 45vh; object-fit: contain; border-radius: var(--r-m); background: var(--sunken); border: 1px solid var(--line); }
  .sketch { width: 100%; max-height: 70vh; border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
  .sketch .grid { stroke: var(--line); stroke-width: 1; } .sketch text { fill: var(--ink); font: 600 13px var(--font); text-anchor: middle; }
  .sketch .north, .sketch .measure { text-anchor: start; fill: var(--ink-2); font-weight: 400; } .sketch .name { fill: var(--ink-2); font-size: 11px; }
  .sketch .scale { fill: none; stroke: var(--ink-2); stroke-width: 1.5; } .sketch .here { fill: var(--surface); stroke: var(--accent); stroke-width: 4; }
  .sketch .target { fill: transparent; } .sketch .mark { fill: var(--accent); } .sketch .stop text { fill: var(--accent-ink); } .sketch .stop.over .mark { fill: var(--done); }
  .sketch .stop { cursor: pointer; } .sketch .stop:focus-visible .mark { stroke: var(--focus); stroke-width: 3; }
  ht-map { min-height: 60vh; border-radius: var(--r-m); }
  .pieces { display: grid; gap: var(--s-1); } .pieces li { display: grid; gap: var(--s-1); }
  progress { width: 100%; accent-color: var(--accent); }
  .said { white-space: pre-wrap; overflow-wrap: anywhere; }
  ht-stop-form { display: grid; }
`;
