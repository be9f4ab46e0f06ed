import { css } from "lit";

export const queueStyles = css`
  .tabs { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(min-content, auto); padding: 0 var(--s-1); border-bottom: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; background: var(--surface); }
  .tabs button { display: grid; justify-items: center; align-content: center; min-height: 3.25rem; padding: var(--s-1) 0.15rem; border: 0; border-radius: 0; background: none; color: var(--ink-2); gap: 0.1rem; font-size: var(--t-s); line-height: 1.2; white-space: normal; text-align: center; }
  .tabs button:hover { color: var(--ink); background: var(--hover); }
  .tabs button[aria-selected="true"] { color: var(--ink); box-shadow: inset 0 -2px 0 var(--accent); font-weight: 600; }
  .tabs button:focus-visible { outline-offset: -2px; }
  .count { font-size: var(--t-l); font-weight: 600; color: var(--ink); display: inline-flex; align-items: center; gap: 0.25rem; line-height: 1.2; }
  .count .icon { font-size: 0.8em; color: var(--late); }
  .tools { display: flex; flex-wrap: wrap; gap: var(--s-2); padding: var(--s-2); background: var(--surface); border-bottom: 1px solid var(--line); }
  .search { position: relative; flex: 1 1 10rem; display: block; }
  .search .icon { position: absolute; left: 0.6rem; top: 50%; translate: 0 -50%; color: var(--ink-3); }
  .search input { padding-inline: 2rem; border-color: var(--line); background: var(--paper); }
  .search input::-webkit-search-cancel-button { display: none; }
  .search kbd { position: absolute; right: 0.45rem; top: 50%; translate: 0 -50%; color: var(--ink-3); pointer-events: none; }
  .filters { flex: 1 0 100%; display: grid; grid-template-columns: 1fr 1fr; gap: var(--s-2); padding: var(--s-1) 0 var(--s-1); }
  .filters label { font-size: var(--t-s); }
  .filters .ticks { grid-column: 1 / -1; display: flex; gap: var(--s-4); align-items: center; flex-wrap: wrap; }
  .tick { display: inline-flex; align-items: center; gap: var(--s-2); min-height: 1.75rem; }
  .rows { overflow-y: auto; min-height: 0; overscroll-behavior: contain; background: var(--surface); }
  .rows:focus-visible { outline: none; }
  .rows { --row: 5.25rem; position: relative; }
  .rows .all { position: relative; height: calc(var(--row) * var(--rows, 0)); }
  .rows li { height: var(--row); border-bottom: 1px solid var(--line); contain: strict; }
  .rows .all > li { position: absolute; inset: 0 0 auto 0; transform: translateY(calc(var(--row) * var(--at, 0))); }
  .rows li.after { position: relative; }
  .row { position: relative; display: grid; grid-template-columns: 3rem minmax(0, 1fr); gap: var(--s-3); width: 100%; height: 100%; padding: var(--s-2) var(--s-3);
    border: 0; border-radius: 0; background: none; text-align: start; font-weight: 400; align-items: center; white-space: normal; justify-content: stretch; }
  .row:hover { background: var(--hover); }
  .row:focus-visible { outline-offset: -2px; }
  /* The bar grows with the age, so that it is told by shape as well: broken at half, whole at three quarters, broad when late. */
  .row::before { content: ""; position: absolute; inset: 0 auto 0 0; width: 3px; background: transparent; }
  .row.half::before { background: repeating-linear-gradient(var(--soon) 0 0.3rem, transparent 0.3rem 0.6rem); }
  .row.soon::before { width: 4px; background: var(--soon); }
  .row.late::before { width: 7px; background: var(--late); }
  .pick { position: absolute; z-index: 1; inset: auto auto 0 0; display: grid; place-items: center; width: 2.25rem; height: 2.25rem; opacity: 0; cursor: pointer; }
  li:hover .pick, .pick:focus-within, .picking .pick { opacity: 1; }
  .pick input { background: var(--surface); width: 1.25rem; height: 1.25rem; }
  .picked .row { background: var(--accent-soft); }
  @media (pointer: coarse) { .pick { width: var(--target); height: var(--target); opacity: 1; } }
  .more { flex: 1 0 100%; }
  .row.soon { background: color-mix(in srgb, var(--soon-soft) 45%, transparent); }
  .row.late { background: color-mix(in srgb, var(--late-soft) 45%, transparent); }
  .row[aria-current="true"] { background: var(--accent-soft); box-shadow: inset 0 0 0 1px var(--accent); }
  .thumb { width: 3rem; height: 3rem; border-radius: var(--r-m); overflow: hidden; background: var(--sunken); display: grid; place-items: center; color: var(--ink-2); font-size: 1.35rem; align-self: start; margin-top: 0.15rem; }
  .thumb img { width: 100%; height: 100%; object-fit: cover; display: block; }
  .body { display: grid; gap: 0.1rem; min-width: 0; }
  .line { display: flex; align-items: center; justify-content: space-between; gap: var(--s-2); min-width: 0; }
  .line strong { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
  .line ht-due, .line > .faint:not(.text) { flex: none; font-size: var(--t-s); }
  .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--ink-2); min-width: 0; flex: 1; }
  .text.faint { color: var(--ink-3); }
  .small { font-size: var(--t-s); }
  .warned { flex: none; display: inline-flex; align-items: center; gap: 0.3em; font-size: var(--t-xs); font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; color: var(--ink-2); }
  .warned.soon { color: var(--soon); }
  .marks { display: inline-flex; gap: 0.25rem; flex: 0 0 auto; max-width: 75%; }
  .marks .chip { font-size: var(--t-xs); min-width: 0; padding: 0 0.4em; }
  .marks .chip:not(:last-child, .held) { flex: none; }
  .marks .held { flex-shrink: 3; }
  .look > span { max-width: 7rem; }
  .dot { display: inline-block; width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--accent); margin-inline-end: 0.4rem; vertical-align: 0.08em; }
  .dot.changed { background: none; border: 2px solid var(--accent); }
  .beyond { padding: var(--s-3) var(--s-3) var(--s-1); font-size: var(--t-s); color: var(--ink-2); }
  .empty { display: grid; justify-items: center; gap: var(--s-3); padding: var(--s-7) var(--s-4); text-align: center; color: var(--ink-2); }
  .empty > .icon { font-size: 2rem; color: var(--ink-3); }
  .empty.small { padding: var(--s-3); }
`;
