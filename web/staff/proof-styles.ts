import { css } from "lit";

/** Of findings and checks, in the case and in the forms. */
export const proofStyles = css`
  .findings { display: grid; gap: var(--s-2); }
  .findings li { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: var(--s-2); align-items: start; }
  .findings .chip { justify-self: start; }
  .seen-list { display: grid; gap: var(--s-2); }
  .seen { display: flex; flex-wrap: wrap; gap: var(--s-2); }
  .seen img { width: 6rem; height: 4.5rem; object-fit: cover; border-radius: var(--r-s); border: 1px solid var(--line); }
  .asks ul { display: grid; gap: var(--s-1); }
  .asks summary { cursor: pointer; }
  .asks details ul { margin-top: var(--s-1); }
  @media (max-width: 700px) { .findings li { grid-template-columns: 1fr; gap: var(--s-1); } }
`;
