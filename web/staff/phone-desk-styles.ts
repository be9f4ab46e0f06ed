import { css } from "lit";

export const phoneDeskStyles = css`
  dialog.call { width: min(64rem, calc(100vw - 2rem)); max-height: min(60rem, calc(100dvh - 2rem)); }
  .call .fields { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: var(--s-3) var(--s-4); }
  .call .fields > * { grid-column: 1; }
  .call .fields > .note, .call .fields > .fault { grid-column: 1 / -1; }
  .call .fields > ht-pin-map { grid-column: 2; grid-row: 1 / span 5; min-height: 18rem; }
  .call .fields > .note ~ ht-pin-map, .call .fields > .fault ~ ht-pin-map { grid-row: 2 / span 5; }
  .call .fields > .same { grid-column: 1 / -1; }
  .row { display: flex; flex-wrap: wrap; gap: var(--s-3); align-items: end; }
  .row > label { flex: 1 1 9rem; }
  .row > .grow { flex: 2 1 11rem; }
  .tick { display: flex; align-items: center; gap: var(--s-2); font-weight: 400; min-height: 1.75rem; }
  .wrong { color: var(--late); display: flex; gap: var(--s-1); align-items: center; font-size: var(--t-s); }
  [aria-invalid="true"] { border-color: var(--late); }
  .same .option { margin-bottom: var(--s-1); }
  .same .found { display: grid; gap: 0.15rem; min-width: 0; }
  .same .line { display: flex; flex-wrap: wrap; gap: var(--s-1) var(--s-2); align-items: center; }
  .same .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .likeness { display: flex; flex-wrap: wrap; gap: 0 var(--s-2); font-size: var(--t-s); }
  .sent { display: grid; justify-items: center; gap: var(--s-3); padding: var(--s-6) var(--s-5); text-align: center; }
  .sent h2 { font-size: var(--t-l); color: var(--done); }
  .aloud { font-size: clamp(2.2rem, 8vw, 4rem); font-weight: 700; letter-spacing: 0.06em; line-height: 1.2; white-space: normal; }
  .sent .row { justify-content: center; }
  @media (max-width: 800px) {
    dialog.call { width: 100vw; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0; margin: 0; }
    .call .fields { grid-template-columns: minmax(0, 1fr); }
    .call .fields > ht-pin-map, .call .fields > .note ~ ht-pin-map, .call .fields > .fault ~ ht-pin-map { grid-column: 1; grid-row: auto; min-height: 14rem; }
  }
`;
