/** Styles every element of the staff screens adopts: buttons, fields, chips, keys. All sizes and colours are tokens. */
import { css } from "lit";

export const controls = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host { font: var(--t-m) / var(--leading) var(--font); color: var(--ink); }
  :host([hidden]) { display: none; }
  h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  h1, h2, h3, h4 { font-size: inherit; font-weight: 600; line-height: 1.3; }
  /* What sticks to the top or the bottom of a page must not cover what the focus comes to. */
  a, button, input, select, textarea, summary { scroll-margin-block: var(--cover-top, 0px) var(--cover-bottom, 0px); }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; border-radius: var(--r-s); }
  .icon { width: 1.15em; height: 1.15em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round;
    stroke-linejoin: round; vertical-align: -0.2em; }
  .icon .on { stroke: var(--surface); }
  .first .icon .on { stroke: var(--accent); }
  .number, time { font-variant-numeric: tabular-nums; }
  .code { font-family: var(--mono); font-size: 0.93em; letter-spacing: 0.02em; white-space: nowrap; }
  .quiet { color: var(--ink-2); }
  .faint { color: var(--ink-3); }
  .visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  button, .button {
    display: inline-flex; align-items: center; justify-content: center; gap: var(--s-2);
    min-height: var(--control); padding: 0 var(--s-3); border: 1px solid var(--line); border-radius: var(--r-m);
    background: var(--surface); color: var(--ink); font: inherit; font-weight: 500; text-decoration: none; cursor: pointer; white-space: nowrap;
    transition: background var(--quick) var(--ease), border-color var(--quick) var(--ease);
  }
  button:hover, .button:hover { background: var(--hover); border-color: var(--line-strong); }
  button:active { background: var(--sunken); }
  button[disabled], button[aria-disabled="true"] { color: var(--ink-3); background: var(--sunken); border-color: var(--line); cursor: not-allowed; }
  button.first { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
  button.first:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
  button.first[disabled] { background: var(--sunken); border-color: var(--line); color: var(--ink-3); }
  button.bare, .button.bare { background: none; border-color: transparent; }
  button.bare:hover, .button.bare:hover { background: var(--hover); }
  button.square { width: var(--control); padding: 0; }
  button.link { min-height: 1.5rem; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 500; text-decoration: underline;
    text-underline-offset: 0.15em; text-decoration-thickness: 1px; white-space: normal; text-align: start; }
  button[aria-pressed="true"] { background: var(--accent-soft); border-color: var(--accent); color: var(--accent); }
  a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }

  kbd { display: inline-grid; place-items: center; min-width: 1.35rem; height: 1.35rem; padding: 0 0.3rem; border: 1px solid color-mix(in srgb, currentColor 35%, transparent);
    border-radius: var(--r-s); font: 500 0.72rem/1 var(--font); color: inherit; opacity: 0.85; }

  label { display: grid; gap: var(--s-1); font-weight: 500; }
  label > .hint { font-weight: 400; color: var(--ink-2); font-size: var(--t-s); }
  input, select, textarea {
    width: 100%; min-height: var(--control); padding: var(--s-1) var(--s-2); border: 1px solid var(--line-strong); border-radius: var(--r-m);
    background: var(--surface); color: var(--ink); font: inherit; font-weight: 400;
  }
  textarea { min-height: 5.5rem; padding: var(--s-2); resize: vertical; line-height: var(--leading); }
  input::placeholder, textarea::placeholder { color: var(--ink-3); opacity: 1; }
  input:focus-visible, select:focus-visible, textarea:focus-visible { outline-offset: -1px; border-color: var(--focus); border-radius: var(--r-m); }
  input[type="checkbox"], input[type="radio"] { width: 1.1rem; height: 1.1rem; min-height: 0; accent-color: var(--accent); margin: 0; flex: none; }

  .chip { display: inline-flex; align-items: center; gap: 0.3em; padding: 0 0.5em; min-height: 1.5em; border-radius: var(--r-full); font-size: var(--t-s);
    font-weight: 500; background: var(--sunken); color: var(--ink-2); white-space: nowrap; max-width: 100%; }
  .chip > span { overflow: hidden; text-overflow: ellipsis; }
  .chip.waiting { background: var(--waiting-soft); color: var(--waiting); }
  .chip.in_progress { background: var(--progress-soft); color: var(--progress); }
  .chip.done { background: var(--done-soft); color: var(--done); }
  .chip.rejected { background: var(--rejected-soft); color: var(--rejected); }
  .chip.urgent, .chip.late { background: var(--late-soft); color: var(--late); }
  .chip.soon { background: var(--soon-soft); color: var(--soon); }
  .chip.held { background: var(--accent-soft); color: var(--accent); }

  .note { display: grid; gap: var(--s-1); padding: var(--s-3); border-radius: var(--r-m); border-inline-start: 3px solid var(--line-strong); background: var(--sunken); }
  .note.bad { border-color: var(--late); background: var(--late-soft); }
  .note.warn { border-color: var(--soon); background: var(--soon-soft); }
  .note.info { border-color: var(--accent); background: var(--accent-soft); }

  @media (pointer: coarse), (max-width: 700px) {
    button, .button, input, select { min-height: var(--target); }
    button.square { width: var(--target); }
    input, select, textarea { font-size: 1rem; }
    kbd { display: none; }
  }
`;
