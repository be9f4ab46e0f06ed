import { css } from "lit";

export const adminStyles = css`
  :host { display: block; min-height: 100dvh; --stuck: 6.5rem; --cover-top: 4.5rem; --cover-bottom: 4.5rem; }
  .bar { display: flex; align-items: center; gap: var(--s-2); min-height: 3rem; padding: 0 var(--s-3); background: var(--surface); border-bottom: 1px solid var(--line); }
  .brand { display: flex; align-items: center; gap: var(--s-2); font-weight: 650; white-space: nowrap; } .brand .icon { color: var(--accent); font-size: 1.35rem; }
  .brand .room { font-weight: 500; color: var(--ink-2); padding-inline-start: var(--s-2); border-inline-start: 1px solid var(--line); }
  .who { font-size: var(--t-s); color: var(--ink-2); display: inline-flex; align-items: center; gap: 0.35em; white-space: nowrap; }
  .gap { flex: 1; }
  .draft, .bar, nav { --cover-top: 0px; --cover-bottom: 0px; }
  .draft { position: sticky; top: 0; z-index: 4; display: flex; flex-wrap: wrap; align-items: center; gap: var(--s-2); min-height: 3.25rem; padding: var(--s-2) var(--s-4); background: var(--accent-soft); border-bottom: 1px solid var(--accent); }
  .draft.live { background: var(--sunken); border-color: var(--line); }
  .draft select { min-width: 14rem; font-weight: 600; } .draft .counts { white-space: normal; text-align: start; } .draft .mark.bad { color: var(--late); }
  .body { display: grid; grid-template-columns: 16rem minmax(0, 1fr); align-items: start; }
  nav { position: sticky; top: 3.25rem; padding: var(--s-3); }
  nav ul { display: grid; gap: 1px; } nav a { display: flex; gap: var(--s-3); align-items: center; min-height: 2.5rem; padding: var(--s-2) var(--s-3); line-height: 1.25; border-radius: var(--r-m); color: var(--ink); text-decoration: none; }
  nav a:hover { background: var(--hover); } nav a .icon { color: var(--ink-2); font-size: 1.15rem; } nav a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; } nav a[aria-current] .icon { color: var(--accent); }
  .menu { display: none; }
  main { display: grid; gap: var(--s-4); padding: var(--s-4) var(--s-5) var(--s-7) var(--s-3); min-width: 0; align-content: start; }
  @media (max-width: 1000px) {
    .body { grid-template-columns: minmax(0, 1fr); } nav { position: static; padding: var(--s-3) var(--s-3) 0; } .menu { display: flex; width: 100%; justify-content: flex-start; min-height: var(--target); } .menu .icon:last-child { margin-inline-start: auto; }
    nav ul { display: none; } nav.open ul { display: grid; padding-top: var(--s-2); } nav a { min-height: var(--target); }
    main { padding: var(--s-3); }
  }
  /* Enlarged four times, a screen is so low that what sticks would hide the rest. */
  @media (max-height: 30rem) { :host { --cover-top: 0px; --cover-bottom: 0px; } .draft, nav { position: static; } }
  @media (max-width: 700px) {
    :host { --cover-top: 0px; }
    .brand .name, .bar .button span, .who { display: none; } .brand .room { border: 0; padding: 0; color: var(--ink); font-weight: 600; } .bar { padding: 0 var(--s-2); gap: 0; }
    .draft { position: static; padding: var(--s-2) var(--s-3); } .draft .which { flex: 1 1 100%; } .draft select { width: 100%; } .draft .gap { display: none; } .draft button { flex: 1 1 auto; } .draft .small { flex: 0 0 var(--target); padding: 0; } .draft .small span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  }
`;
