/** The wall's own measure: --u is a hundredth of the height of a 16:9 picture that fits into the screen. No text is
 *  smaller than 2.4 u: on the common 55 inch panel that is a letter 12 mm high, on a wall of three rows 35 mm. */
import { css } from "lit";

export const wallText = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host { font: calc(2.5 * var(--u)) / 1.25 var(--font); color: var(--ink); font-variant-numeric: tabular-nums; }
  :host([hidden]) { display: none; }
  h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; font-size: inherit; }
  ul, ol { list-style: none; }
  .icon { width: 1.15em; height: 1.15em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; vertical-align: -0.2em; }
  .icon .on { stroke: var(--surface); }
  .line { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-width: 0; }
  .visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
