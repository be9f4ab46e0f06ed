import { css } from "lit";

export const alarmStyles = css`
  :host { display: block; position: relative; max-height: 40vh; overflow: auto; }
  .drill, li { display: flex; align-items: center; gap: var(--s-3); min-height: 2.75rem; padding: var(--s-1) var(--s-4); border-bottom: 1px solid var(--line); }
  .drill { background: repeating-linear-gradient(135deg, var(--soon-soft) 0 1.5rem, var(--surface) 1.5rem 3rem); color: var(--soon); }
  .drill .what { flex: 1; min-width: 0; color: var(--ink); background: var(--surface); padding-inline: var(--s-2); border-radius: var(--r-s); }
  .drill strong { background: var(--surface); padding-inline: var(--s-2); border-radius: var(--r-s); letter-spacing: 0.04em; }
  li { background: var(--late-soft); border-inline-start: 0.375rem solid var(--late); }
  li.level-2 { border-inline-start-style: double; border-inline-start-width: 0.625rem; }
  li.level-3 { border-inline-start-width: 0.875rem; }
  li.taken { background: var(--surface); border-inline-start-color: var(--line-strong); }
  .level { display: inline-flex; align-items: center; gap: var(--s-1); flex: none; min-width: 7rem; color: var(--late); font-weight: 650; }
  .taken .level { color: var(--ink-2); font-weight: 500; }
  .text { flex: 1; min-width: 0; font-weight: 600; overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
  .taken .text { font-weight: 500; }
  .age { flex: none; color: var(--ink-2); white-space: nowrap; }
  .by { display: inline-flex; align-items: center; gap: var(--s-1); flex: none; color: var(--ink-2); font-size: var(--t-s); }
  button { flex: none; }
  .foot { display: flex; justify-content: end; gap: var(--s-4); padding: 0 var(--s-4); background: var(--surface); border-bottom: 1px solid var(--line); font-size: var(--t-s); }
  .foot button { min-height: 1.75rem; font-size: var(--t-s); }
  .fresh { animation: once 900ms var(--ease) 1; }
  @keyframes once { 0% { box-shadow: inset 0 0 0 0.375rem var(--late); } 100% { box-shadow: inset 0 0 0 0 var(--late); } }
  @media (prefers-reduced-motion: reduce) { .fresh { animation: none; } }
  @media (max-width: 700px) {
    :host { max-height: 34vh; }
    li, .drill { flex-wrap: wrap; padding: var(--s-2) var(--s-3); gap: var(--s-2); }
    .text { flex-basis: 100%; order: 1; }
    .level { flex: 1; }
    li button, .by { order: 2; }
    li button.first { flex: 1; }
  }
  @media (max-height: 30rem) { :host { max-height: none; } }
`;
