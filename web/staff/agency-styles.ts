import { css } from "lit";

export const agencyStyles = css`
  :host { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); height: 100vh; height: 100dvh; }
  main { display: grid; grid-template-columns: minmax(20rem, 24rem) minmax(0, 1fr) minmax(18rem, 26rem); min-height: 0; }
  main > * { min-width: 0; min-height: 0; }
  ht-queue { border-inline-end: 1px solid var(--line); }
  ht-map { border-inline-start: 1px solid var(--line); }
  .work { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
  .links { display: inline-flex; } .links button, .links a { white-space: nowrap; }
  .phone { display: none; }
  .failed { position: fixed; top: 3.5rem; left: 50%; translate: -50% 0; z-index: 5; }
  @media (min-width: 2400px) { main { grid-template-columns: 27rem minmax(0, 62rem) minmax(0, 1fr); } }
  @media (max-width: 1250px) { .links span { display: none; } }
  @media (max-width: 1150px) { main { grid-template-columns: minmax(18rem, 22rem) minmax(0, 1fr); } ht-map { display: none; } }
  @media (max-width: 700px) {
    main { grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); }
    main > * { grid-row: 2; }
    .list .work, .map .work, .case ht-queue, .map ht-queue { display: none; }
    .map ht-map { display: block; }
    ht-queue, ht-map { border: 0; }
    .case .phone, .map .phone { grid-row: 1; display: flex; justify-content: space-between; border-bottom: 1px solid var(--line); background: var(--surface); }
  }
  @media (max-height: 30rem) {
    :host { height: auto; min-height: 100dvh; }
    main { align-items: start; }
    ht-queue, ht-map { position: sticky; top: 0; height: 100dvh; }
  }
`;
