import { css } from "lit";

export const iocStyles = css`
  :host { display: grid; grid-template: auto auto auto minmax(0, 1fr) / minmax(0, 1fr); height: 100vh; height: 100dvh; }
  ht-alarm-bar { grid-row: 2; }
  main { grid-row: 4; display: grid; grid-template-columns: minmax(21rem, 25rem) minmax(0, 1fr) minmax(18rem, 28rem); min-height: 0; }
  main > * { min-width: 0; min-height: 0; }
  ht-queue { border-inline-end: 1px solid var(--line); }
  ht-map-pane { border-inline-start: 1px solid var(--line); }
  .queue-tools { display: flex; gap: var(--s-1); }
  .picked { flex: 1 0 100%; display: flex; flex-wrap: wrap; gap: var(--s-2); align-items: center; padding: var(--s-2); border-radius: var(--r-m); background: var(--accent-soft); }
  .picked strong { flex: 1; }
  @media (max-width: 1150px) { .call span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } }
  .panes { grid-row: 3; display: none; }
  .failed { position: fixed; top: 3.5rem; left: 50%; translate: -50% 0; z-index: 5; }
  @media (min-width: 2400px) { main { grid-template-columns: 27rem minmax(0, 62rem) minmax(0, 1fr); } }
  @media (max-width: 1150px) {
    main { grid-template-columns: minmax(19rem, 23rem) minmax(0, 1fr); }
    ht-map-pane { display: none; }
    .show-map ht-map-pane { display: grid; }
    .show-map ht-case { display: none; }
  }
  @media (max-width: 1150px) and (min-width: 701px) { .panes { display: flex; } .panes button:first-child { display: none; } }
  .panes { gap: var(--s-1); padding: var(--s-1) var(--s-2); background: var(--surface); border-bottom: 1px solid var(--line); justify-content: end; }
  @media (max-width: 700px) {
    .panes { display: grid; grid-template-columns: repeat(3, 1fr); }
    main { grid-template-columns: minmax(0, 1fr); }
    main > * { display: none; }
    .show-queue ht-queue, .show-case ht-case { display: grid; }
    .show-map ht-map-pane { display: grid; }
    ht-queue, ht-map-pane { border: 0; }
  }
  /* As low as a screen that is enlarged twice or four times, or a phone on its side: the page scrolls, and each pane has it whole. */
  @media (max-height: 30rem) {
    :host { height: auto; min-height: 100dvh; }
    main { align-items: start; }
    ht-queue, ht-map-pane { position: sticky; top: 0; height: 100dvh; }
  }
`;
