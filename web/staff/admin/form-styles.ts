import { css } from "lit";

/** Forms and lists of the administration. */
export const formStyles = css`
  form { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s-4); align-content: start; max-width: 64rem; }
  fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: var(--s-2); min-width: 0; }
  legend { padding: 0; font-weight: 500; margin-bottom: var(--s-1); }
  .group { display: grid; gap: var(--s-3); padding: var(--s-4); border: 1px solid var(--line); border-radius: var(--r-l); background: var(--surface); min-width: 0; }
  .group > h3, .group > summary h3 { font-size: var(--t-l); }
  .group > summary { cursor: pointer; } .group > summary h3 { display: inline; }
  .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: var(--s-4); align-items: start; }
  .grid > .wide { grid-column: 1 / -1; } .grid > * { min-width: 0; } .grid > label { align-self: end; grid-template-columns: minmax(0, 1fr); } select { max-width: 100%; }
  .hint { font-weight: 400; color: var(--ink-2); font-size: var(--t-s); }
  .wrong { display: grid; gap: 0.1rem; color: var(--late); font-weight: 500; font-size: var(--t-s); }
  .wrong span::before { content: "▲ "; }
  [aria-invalid="true"] { border-color: var(--late); }
  input.narrow { width: 7rem; } .unit { white-space: nowrap; } .unit { display: flex; align-items: center; gap: var(--s-2); font-weight: 400; }
  input[readonly] { background: var(--sunken); color: var(--ink-2); }
  input:disabled, select:disabled, textarea:disabled { background: var(--sunken); color: var(--ink-2); opacity: 1; border-color: var(--line); }
  .tick { display: flex; align-items: flex-start; gap: var(--s-2); font-weight: 400; padding-block: var(--s-1); }
  .tick > span { display: grid; gap: 0.1rem; } .tick input { margin-top: 0.15em; }
  .row { display: flex; flex-wrap: wrap; gap: var(--s-3); align-items: end; }
  .row .grow { flex: 1 1 14rem; } .row { min-width: 0; } .gap { flex: 1; }
  .level { display: grid; grid-template-columns: minmax(7rem, 9rem) 7rem minmax(9rem, 12rem) minmax(10rem, 1fr); gap: var(--s-2); align-items: center; }
  .level .quiet { grid-column: 2 / -1; }
  .cards { display: grid; gap: var(--s-2); }
  .card { display: grid; gap: var(--s-2); padding: var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--paper); }
  .specials { display: grid; gap: var(--s-1); } .special { display: grid; grid-template-columns: 9.5rem 9.5rem minmax(10rem, 1fr) auto auto; gap: var(--s-1) var(--s-2); align-items: center; padding: var(--s-1) 0; border-bottom: 1px solid var(--line); } .special .intervals, .special .hint { grid-column: 3 / -1; min-height: 0; }
  .option-rows { display: grid; gap: var(--s-1); } .option-row { display: grid; grid-template-columns: 1fr 1fr auto; gap: var(--s-2); max-width: 40rem; }
  .file .chosen { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s-1) var(--s-3); font-weight: 400; overflow-wrap: anywhere; } .file .button { flex: none; } .file { position: relative; }
  .file:focus-within .button { outline: 2px solid var(--focus); outline-offset: 1px; }
  .icons { display: grid; grid-template-columns: repeat(auto-fill, 2.75rem); gap: var(--s-1); }
  .pic { display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border: 1px solid var(--line); border-radius: var(--r-m); font-size: 1.4rem; cursor: pointer; }
  .pic:hover { background: var(--hover); } .pic:has(:checked) { border: 2px solid var(--accent); background: var(--accent-soft); color: var(--accent); } .pic:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
  .chips { display: flex; flex-wrap: wrap; gap: var(--s-1); } .chips:empty { display: none; } .tiny { min-height: 1.5rem; padding: 0 0.25rem; }
  .week { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: var(--s-1) var(--s-3); align-items: center; }
  .intervals { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; min-height: 2.5rem; } .interval { display: inline-flex; align-items: center; gap: var(--s-1); } .interval input { width: 6.75rem; padding-inline: var(--s-1); }
  details > summary { cursor: pointer; min-height: 1.75rem; font-weight: 500; }
  details > .specials { padding-top: var(--s-2); }
  .foot { --cover-top: 0px; --cover-bottom: 0px; position: sticky; bottom: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; padding: var(--s-3) 0; background: var(--paper); border-top: 1px solid var(--line); }
  .foot .gap { flex: 1; }
  .title { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; } .title h2 { font-size: var(--t-xl); }
  .table-wrap { position: relative; overflow-x: auto; min-width: 0; } .table-wrap table { min-width: 40rem; } .table-wrap th, .table-wrap td { overflow-wrap: break-word; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: start; padding: var(--s-2); border-bottom: 1px solid var(--line); vertical-align: top; } thead th { color: var(--ink-2); font-size: var(--t-s); font-weight: 500; }
  .clash th .icon { color: var(--late); }
  .blank { padding: var(--s-6) var(--s-4); text-align: center; color: var(--ink-2); border: 1px dashed var(--line-strong); border-radius: var(--r-l); }
  ht-geo-map { height: 24rem; }
  @media (max-height: 30rem) { .foot { position: static; } }
  @media (max-width: 700px) {
    .group { padding: var(--s-3); } .level { grid-template-columns: 1fr 1fr; } .level .tick, .level .name { grid-column: 1 / -1; } .level .quiet { grid-column: 1 / -1; }
    .week { grid-template-columns: minmax(0, 1fr); } .option-row { grid-template-columns: 1fr auto; } .option-row input:nth-child(2) { grid-row: 2; }
    .icons { grid-template-columns: repeat(auto-fill, 3rem); } .pic { width: 3rem; height: 3rem; } .tick { min-height: var(--target); align-items: center; }
    .interval { min-width: 0; flex: 1 1 100%; } .interval input { flex: 1 1 0; min-width: 0; width: auto; padding-inline: var(--s-1); }
    .special { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); padding: var(--s-2) 0; } .special .name-cell, .special .intervals, .special .hint { grid-column: 1 / -1; }
    /* Each row is a card: nobody finds a button to the right of the screen. */
    .carded table { min-width: 0; display: block; } .carded thead { display: none; } .carded tbody { display: grid; }
    .carded tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: var(--s-1) var(--s-2); padding: var(--s-3) 0; border-bottom: 1px solid var(--line); } .carded td { padding: 0; border: 0; }
    .carded td:first-child { font-weight: 600; } .carded td:nth-child(2) { text-align: end; } .carded td.act { grid-column: 1 / -1; text-align: start; white-space: normal; } .carded td.act button { min-height: var(--target); }
    .foot button { flex: 1; padding-inline: var(--s-2); } .foot kbd, .foot .gap, .foot [role="status"]:empty { display: none; } .foot .bare { flex: 0 0 var(--target); padding: 0; } .foot .bare span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  }
`;
