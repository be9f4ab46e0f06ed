import { css } from "lit";

/** Notices that come up at the bottom of a staff screen. */
export const toastStyles = css`
  :host { position: fixed; z-index: 10; right: var(--s-4); bottom: var(--s-4); width: min(26rem, calc(100vw - 2rem)); pointer-events: none; }
  ul { display: grid; gap: var(--s-2); justify-items: end; }
  @media (max-width: 1150px) { :host { right: 50%; translate: 50% 0; bottom: auto; top: 3.5rem; width: min(30rem, calc(100vw - 1rem)); } ul { justify-items: center; } }
  /* A plain notice is no note of a form. */
  li, li.note { display: flex; align-items: center; gap: var(--s-3); max-width: 100%; min-height: 2.75rem; padding: var(--s-2) var(--s-2) var(--s-2) var(--s-4); border-radius: var(--r-l); background: var(--raised);
    border: 1px solid var(--line); box-shadow: var(--shadow-2); pointer-events: auto; animation: rise var(--calm) var(--ease); }
  li.bad { border-color: var(--late); }
  li.bad > .icon { color: var(--late); }
  li.done > .icon { color: var(--done); }
  li > span { min-width: 0; overflow-wrap: anywhere; }
  @keyframes rise { from { opacity: 0; transform: translateY(0.5rem); } }
  @media (prefers-reduced-motion: reduce) { li { animation: none; } }
`;
