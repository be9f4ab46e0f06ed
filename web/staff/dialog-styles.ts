import { css } from "lit";

export const dialogStyles = css`
  dialog { width: min(38rem, calc(100vw - 2rem)); max-height: min(52rem, calc(100dvh - 2rem)); padding: 0; border: 1px solid var(--line); border-radius: var(--r-l);
    background: var(--raised); color: var(--ink); box-shadow: var(--shadow-2); overflow: hidden; }
  dialog.approve, dialog.resolve, dialog.merge { width: min(48rem, calc(100vw - 2rem)); }
  dialog::backdrop { background: var(--scrim); }
  form { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr) auto; max-height: inherit; }
  form > .head { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: center; gap: var(--s-3); padding: var(--s-3) var(--s-3) var(--s-3) var(--s-5); border-bottom: 1px solid var(--line); }
  form > .head h2 { display: flex; align-items: center; gap: var(--s-2); font-size: var(--t-l); }
  form > .head .quiet { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: var(--t-s); }
  .fields { overflow-y: auto; padding: var(--s-4) var(--s-5); display: grid; gap: var(--s-4); align-content: start; }
  form > .foot { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: var(--s-2); padding: var(--s-3) var(--s-5); border-top: 1px solid var(--line); }
  fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: var(--s-1); min-width: 0; }
  legend { padding: 0; font-weight: 500; margin-bottom: var(--s-1); }
  .option { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: var(--s-3); min-height: 2.25rem; padding: var(--s-1) var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m); font-weight: 400; cursor: pointer; }
  .option:has(:checked) { border-color: var(--accent); background: var(--accent-soft); }
  .option:hover { background: var(--hover); }
  .candidate { grid-template-columns: auto auto minmax(0, 1fr); }
  .candidate img { width: 4rem; height: 3rem; object-fit: cover; border-radius: var(--r-s); }
  .candidate > span { display: grid; gap: 0.15rem; min-width: 0; }
  .candidate .line { display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; }
  .because { display: grid; gap: 0.15rem; color: var(--ink-2); }
  .group { display: grid; gap: var(--s-2); }
  .chips { display: flex; flex-wrap: wrap; gap: var(--s-1); }
  .chips .chip { padding-inline-end: 0.1rem; }
  .tiny { min-height: 1.5rem; padding: 0 0.25rem; border-radius: var(--r-full); }
  .sides, .picks { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: var(--s-3); }
  figure { display: grid; grid-template: auto 1fr / minmax(0, 1fr); gap: var(--s-1); }
  figcaption { font-weight: 500; }
  figure > img, .pick img, .off { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: var(--r-m); background: var(--sunken); border: 1px solid var(--line); }
  .off { display: grid; place-content: center; justify-items: center; gap: var(--s-2); color: var(--ink-2); text-align: center; padding: var(--s-3); }
  .drop { border: 2px dashed var(--line-strong); cursor: pointer; font-size: var(--t-l); }
  .drop:hover { background: var(--hover); }
  .drop:focus-within, .button:focus-within { outline: 2px solid var(--focus); outline-offset: 1px; }
  .drop .icon { font-size: 2rem; }
  .pick { display: grid; gap: var(--s-1); align-content: start; }
  .pick > label { cursor: pointer; font-weight: 400; }
  .pick .tick, .pick .told { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s-2); min-height: 2rem; }
  .pick .copy { position: relative; display: grid; }
  .pick .film { position: absolute; left: var(--s-1); bottom: var(--s-1); background: rgb(0 0 0 / 70%); color: #fff; }
  .pick:has(:checked) img { outline: 3px solid var(--accent); outline-offset: 1px; }
  .pieces { display: grid; gap: var(--s-2); }
  .pieces:empty { display: none; }
  .pieces li { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: var(--s-3); align-items: center; }
  .pieces img { width: 4.5rem; height: 3.4rem; object-fit: cover; border-radius: var(--r-s); }
  .pieces li > div { display: grid; gap: var(--s-1); justify-items: start; }
  .pieces label { width: 100%; }
  .row-buttons { display: flex; gap: var(--s-2); }
  progress { width: 100%; height: 0.5rem; accent-color: var(--accent); }
  label.button { justify-self: start; font-weight: 500; display: inline-flex; }
  table { border-collapse: collapse; width: 100%; font-size: var(--t-s); }
  th, td { text-align: start; padding: var(--s-1) var(--s-2) var(--s-1) 0; vertical-align: top; overflow-wrap: anywhere; }
  thead th { color: var(--ink-2); font-weight: 500; }
  .stale .clash th .icon, .stale .clash th { color: var(--late); }
  .stale td:nth-child(3) { background: color-mix(in srgb, var(--soon-soft) 60%, transparent); padding-inline-start: var(--s-2); }
  .fault:focus { outline: none; }
  @media (max-width: 700px) {
    dialog, dialog.approve, dialog.resolve, dialog.merge { width: 100vw; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0; margin: 0; }
    form { height: 100%; }
    form > .head { grid-template-columns: minmax(0, 1fr) auto; row-gap: 0; }
    form > .head .quiet { grid-area: 2 / 1 / auto / -1; white-space: normal; }
    .fields { padding: var(--s-4); }
    form > .head { padding-inline-start: var(--s-4); }
    form > .foot { padding: var(--s-3) var(--s-4); }
    form > .foot button { flex: 1; }
    .option { min-height: var(--target); }
    .sides { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: var(--s-2); }
    .drop { font-size: var(--t-m); }
  }
  /* Of a screen this low, head and foot would leave nothing for the fields: all of it scrolls. */
  @media (max-height: 24rem) { form { height: auto; max-height: none; display: block; } dialog { overflow-y: auto; } .fields { overflow: visible; } }
`;
