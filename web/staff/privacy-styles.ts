import { css } from "lit";

export const privacyStyles = css`
  :host { display: contents; }
  dialog { border: 0; padding: 0; width: 100vw; height: 100vh; height: 100dvh; max-width: none; max-height: none; background: var(--paper); color: var(--ink); }
  dialog::backdrop { background: var(--scrim); }
  .whole { display: grid; grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr); height: 100%; }
  .whole:focus { outline: none; }
  .whole > header { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s-2) var(--s-3); padding: var(--s-2) var(--s-4); background: var(--surface); border-bottom: 1px solid var(--line); }
  .whole > header h2 { display: flex; align-items: center; gap: var(--s-2); font-size: var(--t-l); }
  .whole > header .grow { flex: 1; }
  .whole > footer { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: var(--s-2); padding: var(--s-2) var(--s-4); background: var(--surface); border-top: 1px solid var(--line); }
  .whole > footer > .tell { flex: 1; min-width: min(100%, 18rem); }

  .work { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1fr) 21rem; grid-template-areas: "why why why" "scene public side"; min-height: 0; gap: var(--s-3); padding: var(--s-3) var(--s-4); }
  .why { grid-area: why; }
  .scene { grid-area: scene; }
  .public { grid-area: public; }
  .pane { display: grid; grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr); gap: var(--s-2); min-height: 0; min-width: 0; }
  .pane > h3 { display: flex; align-items: center; gap: var(--s-2); font-size: var(--t-s); color: var(--ink-2); min-height: 1.75rem; flex-wrap: wrap; }
  .side { grid-area: side; overflow-y: auto; display: grid; gap: var(--s-3); align-content: start; padding-inline: 2px; }

  /* The picture keeps its shape: as large as the room allows, times the zoom. */
  .room { container-type: size; overflow: auto; border: 1px solid var(--line); border-radius: var(--r-m); background: var(--sunken); display: grid; place-items: safe center; min-height: 12rem; }
  .frame { position: relative; width: calc(min(100cqw, 100cqh * var(--ratio)) * var(--zoom, 1)); aspect-ratio: var(--ratio); flex: none; }
  .frame > img, .frame > video, .frame > canvas, .frame > ht-hidden-preview, .frame > ht-film { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
  .scrim { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: var(--s-2); padding: var(--s-3); text-align: center; background: var(--sunken); color: var(--ink-2); }

  .tools { display: flex; flex-wrap: wrap; gap: var(--s-1); align-items: center; }
  .tools .group { display: inline-flex; gap: var(--s-1); }
  .kinds { display: grid; grid-template-columns: repeat(3, minmax(0, auto)); }
  .kinds button { padding: 0 var(--s-2); gap: var(--s-1); font-size: var(--t-s); }
  .swatch { width: 0.9em; height: 0.9em; border: 2px solid var(--tint, currentColor); border-radius: 2px; background: #000; display: inline-block; flex: none; }
  .swatch.face { --tint: #ffd60a; }
  .swatch.plate { --tint: #64d2ff; border-style: dashed; }
  .swatch.hand { --tint: #ff9f0a; border-style: double; border-width: 3px; }

  .times { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: center; gap: var(--s-2); }
  .times input[type="range"] { accent-color: var(--accent); padding: 0; border: 0; background: none; }
  .lanes { grid-column: 2; position: relative; height: 0.9rem; background: var(--sunken); border-radius: var(--r-s); }
  .lanes > span { position: absolute; top: 0.2rem; bottom: 0.2rem; min-width: 3px; background: var(--accent); border-radius: 2px; opacity: 0.65; }
  .lanes > span.chosen { opacity: 1; top: 0; bottom: 0; }

  .areas { display: grid; gap: var(--s-1); }
  .areas li { display: grid; gap: var(--s-1); padding: var(--s-1) var(--s-2); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--surface); }
  .areas li.chosen { border-color: var(--accent); background: var(--accent-soft); }
  .areas .line { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: var(--s-2); align-items: center; }
  .areas .about { color: var(--ink-2); font-size: var(--t-xs); }
  .areas .span { display: grid; grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto; gap: var(--s-1); align-items: end; font-size: var(--t-s); }
  .areas .span label { font-weight: 400; }
  .hint { color: var(--ink-2); font-size: var(--t-s); }

  @media (max-width: 1150px) {
    .whole { grid-template-rows: auto minmax(0, 1fr) auto; }
    .work { grid-template: auto minmax(20rem, 62dvh) auto minmax(16rem, 40dvh) / minmax(0, 1fr); grid-template-areas: "why" "scene" "side" "public"; overflow-y: auto; padding: var(--s-2); }
    .side { overflow: visible; }
  }
`;
