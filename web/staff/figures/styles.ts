import { css } from "lit";

export const figuresStyles = css`
  :host { display: block; min-height: 100vh; }
  .visually-hidden { white-space: nowrap; }
  .bar { position: sticky; top: 0; z-index: 3; display: flex; align-items: center; gap: var(--s-2); min-height: 3rem; padding: 0 var(--s-3); background: var(--surface); border-bottom: 1px solid var(--line); }
  .brand { display: flex; align-items: center; gap: var(--s-2); font-weight: 650; white-space: nowrap; }
  .brand .icon { color: var(--accent); font-size: 1.35rem; }
  .brand .room { font-weight: 500; color: var(--ink-2); padding-inline-start: var(--s-2); border-inline-start: 1px solid var(--line); }
  .gap { flex: 1; }
  main { display: grid; gap: var(--s-5); max-width: 110rem; margin: 0 auto; padding: var(--s-4) var(--s-4) var(--s-7); }
  .filters { display: flex; flex-wrap: wrap; gap: var(--s-3); align-items: end; }
  .filters label { min-width: 10rem; max-width: 16rem; flex: 1 1 10rem; font-size: var(--t-s); }
  .presets { display: flex; flex-wrap: wrap; gap: var(--s-1); border: 0; padding: 0; margin: 0; flex: 1 1 100%; }
  .presets legend { padding: 0; font-weight: 500; font-size: var(--t-s); margin-bottom: var(--s-1); }
  .tools { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: end; }
  .tools label { font-size: var(--t-s); }
  .when { display: flex; flex-wrap: wrap; gap: var(--s-2) var(--s-4); align-items: baseline; }
  .when strong { font-size: var(--t-l); }
  section { display: grid; gap: var(--s-3); padding: var(--s-4); border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); min-width: 0; }
  section > header { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: baseline; }
  section h2 { font-size: var(--t-l); flex: 1 1 auto; }
  .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(max(8.5rem, 17%), 1fr)); gap: var(--s-3); }
  .card { display: grid; gap: var(--s-1); align-content: start; padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); }
  .card dt { color: var(--ink-2); font-size: var(--t-s); }
  .card dd { font-size: var(--t-2xl); font-weight: 600; line-height: 1.15; font-variant-numeric: tabular-nums; }
  .card small { font-size: var(--t-s); font-weight: 400; color: var(--ink-2); display: block; }
  .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: var(--s-5); }
  .split { display: grid; gap: var(--s-2); align-content: start; }
  .split h3 { font-size: var(--t-m); }
  .stack { display: flex; height: 1.5rem; border-radius: var(--r-s); overflow: hidden; background: var(--sunken); }
  .stack i { display: block; border-inline-end: 2px solid var(--surface); }
  .stack .a, .key .a { background: var(--done); }
  /* Each part has its stripes as well, so that the key can be read without colours. */
  .stack .b, .key .b { background: repeating-linear-gradient(135deg, var(--soon) 0 4px, color-mix(in srgb, var(--soon) 65%, var(--surface)) 4px 6px); }
  .stack .c, .key .c { background: repeating-linear-gradient(45deg, var(--late) 0 8px, color-mix(in srgb, var(--late) 65%, var(--surface)) 8px 10px); }
  .key { display: flex; flex-wrap: wrap; align-items: baseline; gap: var(--s-1) var(--s-4); font-size: var(--t-s); }
  .key i { display: inline-block; width: 0.75rem; height: 0.75rem; border-radius: 2px; margin-inline-end: 0.35em; }
  .wide { overflow-x: auto; overscroll-behavior-x: contain; }
  .wide:focus-visible { outline-offset: 2px; }
  /* A city of 168 communes: the heads stay in sight however long the table is. */
  @media screen and (min-width: 900px) and (min-height: 40rem) {
    .wide { max-height: 80vh; overflow: auto; scroll-padding-top: 4.5rem; }
    .wide thead th { position: sticky; top: 0; z-index: 1; background: var(--surface); box-shadow: inset 0 -1px 0 var(--line); }
  }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { padding: var(--s-1) var(--s-2); border-bottom: 1px solid var(--line); text-align: end; white-space: nowrap; }
  thead th { color: var(--ink-2); font-size: var(--t-s); font-weight: 500; vertical-align: bottom; white-space: normal; min-width: 4.5rem; line-height: 1.25; }
  th:first-child, td.words { text-align: start; }
  tbody th { font-weight: 500; white-space: normal; min-width: 9rem; }
  .heat td { padding: 1px; text-align: center; }
  .heat th, .heat thead th { min-width: 2.5rem; text-align: center; padding: 0 var(--s-1); font-size: var(--t-s); }
  .heat td > * { display: grid; place-items: center; min-width: 2.25rem; min-height: 1.75rem; border-radius: var(--r-s); background: color-mix(in srgb, var(--accent) var(--load, 0%), var(--surface)); color: var(--ink); }
  .card .num, .card .none, .key .num, .key .none { padding: 0; }
  .heat td > span { color: var(--ink-3); }
  .none { display: inline-block; padding: 0 0.2em; }
  button.num { justify-content: flex-end; min-height: 1.5rem; min-width: 1.5rem; padding: 0 0.2em; border: 0; background: none; color: var(--accent); font: inherit; font-variant-numeric: inherit; text-decoration: underline; text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
  .card button.num, .key button.num { justify-content: flex-start; }
  button.num:hover { background: var(--accent-soft); }
  .heat button.num { justify-content: center; text-decoration: none; width: 100%; color: var(--ink); }
  details { font-size: var(--t-s); }
  summary { cursor: pointer; color: var(--accent); min-height: 1.5rem; width: max-content; max-width: 100%; }
  details dl { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 60rem); gap: var(--s-1) var(--s-4); padding-top: var(--s-2); }
  details dt { font-weight: 500; }
  details dd { color: var(--ink-2); }
  .files { display: inline-flex; gap: var(--s-1); }
  .files .button { min-height: 1.75rem; font-size: var(--t-s); }
  .blank { padding: var(--s-6) var(--s-4); text-align: center; color: var(--ink-2); }
  ht-figure-chart { display: block; min-width: 0; }
  @media (max-width: 700px) {
    main { padding: var(--s-3) var(--s-2) var(--s-6); gap: var(--s-3); }
    section { padding: var(--s-3); }
    .brand .name { display: none; } .brand .room { border: 0; padding: 0; color: var(--ink); font-weight: 600; }
    .bar .button span { display: none; }
    button.num { min-height: 1.5rem; }
    details dl { grid-template-columns: minmax(0, 1fr); gap: 0 0; } details dd { padding-bottom: var(--s-2); }
  }
  @media print {
    .bar, .filters, .tools, .files, details:not([open]), ht-figure-rows { display: none; }
    main { padding: 0; gap: 6mm; max-width: none; }
    section { border: 0; padding: 0; break-inside: avoid-page; }
    button.num { color: inherit; text-decoration: none; }
    .wide { overflow: visible; }
    th, td { padding: 0.5mm 1mm; font-size: 8pt; white-space: normal; }
  }
`;
