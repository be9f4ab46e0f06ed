import { css } from "lit";

export const caseStyles = css`
  :host { container-type: inline-size; display: grid; grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr); min-height: 0; background: var(--paper); }
  header { padding: var(--s-3) var(--s-4); background: var(--surface); border-bottom: 1px solid var(--line); display: grid; gap: var(--s-2); }
  .title { display: flex; align-items: center; gap: var(--s-2); min-width: 0; }
  .title h2 { font-size: var(--t-xl); letter-spacing: -0.01em; flex: 1; min-width: 0; }
  .title h2:focus-visible { outline: none; }
  .title .code { flex: none; color: var(--ink-2); text-decoration: none; }
  .title .code:hover { text-decoration: underline; }
  .kind { font-size: 1.35rem; color: var(--ink-2); display: inline-grid; }
  .facts { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s-2) var(--s-3); font-size: var(--t-s); }
  .scroll { grid-row: 3; overflow-y: auto; min-height: 0; padding: var(--s-4); display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-5); align-content: start; }
  .column { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-5); align-content: start; }
  /* On a wide desk: what is to be judged on the left, what surrounds it on the right. */
  @container (min-width: 46rem) { .scroll { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } }
  .scroll:focus-visible { outline: none; }
  section > h3 { font-size: var(--t-s); color: var(--ink-2); margin-bottom: var(--s-2); display: flex; align-items: center; gap: var(--s-2); }
  .description { font-size: var(--t-l); line-height: 1.55; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 46rem; }
  .card { padding: var(--s-3) var(--s-4); border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); display: grid; gap: var(--s-2); }
  .card .lead { font-weight: 600; font-size: var(--t-l); display: flex; gap: var(--s-2); align-items: center; }
  .because { color: var(--ink-2); }
  .because strong { font-weight: 500; }
  .because strong svg { margin-inline-end: 0.2em; vertical-align: -0.15em; }
  .because .near { color: var(--soon); }
  .because .fault { color: var(--late); }
  .whole { white-space: nowrap; }
  dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: var(--s-1) var(--s-4); }
  dt { color: var(--ink-2); }
  dd { overflow-wrap: anywhere; }
  .checks { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: var(--s-4); align-items: end; padding: var(--s-3) var(--s-4); border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); }
  .checks .label { display: block; font-weight: 500; margin-bottom: var(--s-1); }
  .pair { display: inline-flex; gap: var(--s-1); }
  .actions { grid-row: 4; display: flex; flex-wrap: wrap; gap: var(--s-2); padding: var(--s-3) var(--s-4); background: var(--surface); border-top: 1px solid var(--line); }
  .actions kbd { margin-inline-start: 0.1rem; }
  .nothing { grid-row: 1 / -1; display: grid; place-content: center; justify-items: center; gap: var(--s-3); padding: var(--s-6); text-align: center; color: var(--ink-2); }
  .nothing > .icon { font-size: 2rem; color: var(--ink-3); }
  .followers ul { display: grid; gap: var(--s-1); }
  .followers li { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-3); align-items: center; padding: var(--s-1) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
  .followers li > :last-child { margin-inline-start: auto; }
  .way { margin-top: var(--s-2); }
  .said { white-space: pre-wrap; overflow-wrap: anywhere; }
  @media (max-width: 700px) {
    .scroll { padding: var(--s-3); }
    .checks { grid-template-columns: 1fr; }
    .actions { flex-wrap: nowrap; overflow-x: auto; padding: var(--s-2) var(--s-3); }
    .actions button { flex: none; }
  }
  @media (max-height: 30rem) {
    :host { grid-template-rows: auto; --cover-bottom: 4rem; }
    .scroll { overflow: visible; }
    .actions { --cover-bottom: 0px; position: sticky; bottom: 0; flex-wrap: nowrap; overflow-x: auto; padding: var(--s-1) var(--s-3); }
    .actions button { flex: none; }
  }
`;
