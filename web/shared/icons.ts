/** All pictures of the screens, drawn on a 24 by 24 grid with the text's colour. Decorative: a word always stands beside. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

const SHAPES = {
  // actions and signs
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
  check: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  cross: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  left: svg`<path d="m14.5 5.5-6.5 6.5 6.5 6.5"/>`,
  right: svg`<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>`,
  up: svg`<path d="m5.5 14.5 6.5-6.5 6.5 6.5"/>`,
  down: svg`<path d="m5.5 9.5 6.5 6.5 6.5-6.5"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`,
  play: svg`<path d="M8 5.5v13l10.5-6.5Z" fill="currentColor"/>`,
  pause: svg`<circle cx="12" cy="12" r="8.5"/><path d="M10 9v6M14 9v6"/>`,
  alarm: svg`<path d="M12 4 2.8 19.5h18.4Z"/><path d="M12 10v4.5M12 17v.1"/>`,
  urgent: svg`<path d="M8 4v10M8 18.4v.1M16 4v10M16 18.4v.1"/>`,
  pin: svg`<path d="M12 21.5s7-6.3 7-11.7A7 7 0 0 0 5 9.8c0 5.4 7 11.7 7 11.7Z"/><circle cx="12" cy="9.8" r="2.5"/>`,
  user: svg`<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20.5c.8-4.2 3.8-6 7.5-6s6.7 1.8 7.5 6"/>`,
  users: svg`<circle cx="9" cy="8.5" r="3.3"/><path d="M2.5 19.5c.7-3.8 3.3-5.3 6.5-5.3s5.8 1.5 6.5 5.3M16 5.5a3.3 3.3 0 0 1 0 6.2M18 14.7c1.9.7 3.1 2.2 3.5 4.8"/>`,
  hand: svg`<path d="M8 12V5.5a1.5 1.5 0 0 1 3 0V11m0-1V4.5a1.5 1.5 0 0 1 3 0V11m0-4a1.5 1.5 0 0 1 3 0v8c0 4-2.5 6.5-6 6.5-3 0-4.5-1.5-6-4l-2-3.5c-.8-1.5 1-2.7 2.2-1.5L8 15"/>`,
  eye: svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="2.8"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>`,
  moon: svg`<path d="M20 14.5A8.3 8.3 0 0 1 9.5 4 8.3 8.3 0 1 0 20 14.5Z"/>`,
  half: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17Z" fill="currentColor"/>`,
  leave: svg`<path d="M14 4.5H6.5v15H14M10.5 12h10M17 8l4 4-4 4"/>`,
  help: svg`<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.7a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.7v.1"/>`,
  filter: svg`<path d="M4 6.5h16M7 12h10M10 17.5h4"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>`,
  camera: svg`<path d="M4 8h3.5L9 5.5h6L16.5 8H20v11H4Z"/><circle cx="12" cy="13" r="3.3"/>`,
  image: svg`<rect x="3.5" y="5" width="17" height="14" rx="2"/><circle cx="8.5" cy="10" r="1.5"/><path d="m4 17 5-4.5 3.5 3 3-2.5 5 4"/>`,
  send: svg`<path d="M4 12 20.5 4.5 14 20.5 11.5 13Z"/><path d="M11.5 13 20.5 4.5"/>`,
  back: svg`<path d="M9 6 4 11l5 5M4 11h10a6 6 0 0 1 6 6v1.5"/>`,
  merge: svg`<circle cx="6.5" cy="5.5" r="2.5"/><circle cx="6.5" cy="18.5" r="2.5"/><circle cx="17.5" cy="12" r="2.5"/><path d="M6.5 8v8M6.8 8c.7 3 3.7 4 8.2 4"/>`,
  split: svg`<circle cx="17.5" cy="5.5" r="2.5"/><circle cx="17.5" cy="18.5" r="2.5"/><circle cx="6.5" cy="12" r="2.5"/><path d="M9 12c4.5 0 6-2 6.8-4.5M9 12c4.5 0 6 2 6.8 4.5"/>`,
  question: svg`<path d="M4 5h16v11.5h-8L7.5 20v-3.5H4Z"/><path d="M10.2 9a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.9.6-.9 1.2M12 13.9v.1"/>`,
  list: svg`<path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5v.1M4.5 12v.1M4.5 17.5v.1"/>`,
  map: svg`<path d="m3.5 6.5 5.5-2 6 2 5.5-2v13l-5.5 2-6-2-5.5 2ZM9 4.5v13M15 6.5v13"/>`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"/>`,
  shield: svg`<path d="M12 3.5 5 6v5.5c0 4.300 2.900 7.400 7 9 4.100-1.600 7-4.700 7-9V6Z"/>`,
  redo: svg`<path d="m15.5 5 4.5 4.5-4.5 4.5M20 9.5H9.5a5 5 0 0 0 0 10H15"/>`,
  trash: svg`<path d="M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5"/>`,
  undo: svg`<path d="M8.5 5 4 9.5 8.5 14M4 9.5h10.5a5 5 0 0 1 0 10H9"/>`,
  offline: svg`<path d="M4 4 20 20M8.5 15.5a5 5 0 0 1 7 0M5.5 12.5a9 9 0 0 1 3.5-2.2M2.8 9.5A13 13 0 0 1 7 6.9M18.5 12.5a9 9 0 0 0-4.3-2.5M21.2 9.5A13.2 13.2 0 0 0 11 5.9M12 19v.1"/>`,
  building: svg`<path d="M5 20.5v-16h9v16M14 9.5h5v11M3 20.5h18M8 8.5h3M8 12h3M8 15.5h3"/>`,
  route: svg`<circle cx="6" cy="18" r="2.5"/><circle cx="18" cy="6" r="2.5"/><path d="M8.5 18H15a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h6.5"/>`,
  calendar: svg`<rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>`,
  bell: svg`<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 2h-15ZM10 21h4"/>`,
  star: svg`<path d="m12 4 2.4 5 5.6.800-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.6-.8Z"/>`,
  upload: svg`<path d="M12 16.5V4.5M6.5 10 12 4.5l5.5 5.5M4.5 19.5h15"/>`,
  download: svg`<path d="M12 4.5v12M6.5 11l5.5 5.5 5.5-5.5M4.5 19.5h15"/>`,
  grip: svg`<path d="M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  minus: svg`<path d="M5 12h14"/>`,
  home: svg`<path d="m4 11 8-6.5 8 6.5M6.5 9.5V20h11V9.5"/>`,
  // states: every one has its own outline, so that colour is never alone
  received: svg`<circle cx="12" cy="12" r="7.5"/>`,
  verified: svg`<circle cx="12" cy="12" r="7.5"/><path d="m8.8 12.3 2.3 2.3 4.1-4.6"/>`,
  dispatched: svg`<circle cx="12" cy="12" r="7.5"/><path d="M8.5 12h6.5M12.5 9l3 3-3 3"/>`,
  in_progress: svg`<circle cx="12" cy="12" r="7.5"/><path d="M12 4.5a7.5 7.5 0 0 1 0 15Z" fill="currentColor"/>`,
  resolved: svg`<rect x="5" y="5" width="14" height="14" rx="2"/><path d="m8.8 12.3 2.3 2.3 4.1-4.6"/>`,
  published: svg`<circle cx="12" cy="12" r="7.5" fill="currentColor"/><path class="on" d="m8.8 12.3 2.3 2.3 4.1-4.6"/>`,
  closed: svg`<rect x="6" y="11" width="12" height="8.5" rx="1.5"/><path d="M8.5 11V8.5a3.5 3.5 0 0 1 7 0V11"/>`,
  awaiting_resident: svg`<circle cx="12" cy="12" r="7.5"/><path d="M10.2 10.2a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.9.7-.9 1.3M12 15.4v.1"/>`,
  rejected: svg`<circle cx="12" cy="12" r="7.5"/><path d="m6.8 6.8 10.4 10.4"/>`,
  merged: svg`<circle cx="8" cy="7" r="2.5"/><circle cx="8" cy="17" r="2.5"/><circle cx="16.5" cy="12" r="2.5"/><path d="M8 9.5v5M8.5 9.5c.5 1.8 2.5 2.5 5.5 2.5"/>`,
  withdrawn: svg`<circle cx="12" cy="12" r="7.5" stroke-dasharray="2.5 2.5"/>`,
  phone: svg`<path d="M6 3.5h3.5l1.500 4.500-2.200 1.500a12 12 0 0 0 5.700 5.700l1.500-2.200 4.500 1.500V18a2.500 2.500 0 0 1-2.500 2.500A14.500 14.500 0 0 1 3.500 6 2.500 2.500 0 0 1 6 3.500Z"/>`,
  screen: svg`<rect x="3" y="4.500" width="18" height="12" rx="1.500"/><path d="M12 16.500v4M8 20.500h8"/>`,
  chart: svg`<path d="M4 20.5h16M6.5 17v-5M11 17V6M15.5 17V9.5M20 17V4"/>`,
  // kinds of problem
  road: svg`<path d="M8 3.5 4 20.5M16 3.5l4 17M12 4v3M12 10.5v3M12 17v3"/>`,
  pothole: svg`<path d="M2.5 9h5l1.5 2.5 2 2 2.5-.5 1.5-2L16.5 9h5M2.5 15.5h6l1.5 2 3 1.5 2.5-1.5 1-2h5"/>`,
  light: svg`<path d="M6 21V6.5a3.5 3.5 0 0 1 3.5-3.5H14M11.5 3h7l1.5 4H10ZM12.5 10l-1 3M15 10v3.5M17.5 10l1 3"/>`,
  garbage: svg`<path d="M4.5 6.5h15M9 6.5V4h6v2.5M6.5 6.5l1 14h9l1-14M10 10.5v6M14 10.5v6"/>`,
  water: svg`<path d="M12 3.5s6.5 7 6.5 11a6.5 6.5 0 0 1-13 0c0-4 6.5-11 6.5-11Z"/><path d="M9 15a3 3 0 0 0 2.5 2.7"/>`,
  flood: svg`<path d="M5 11.5 12 5l7 6.5M8 9v4M16 9v4M3 16c1.5 0 1.5 1 3 1s1.5-1 3-1 1.5 1 3 1 1.5-1 3-1 1.5 1 3 1 1.5-1 3-1M3 20c1.5 0 1.5 1 3 1s1.5-1 3-1 1.5 1 3 1 1.5-1 3-1 1.5 1 3 1 1.5-1 3-1"/>`,
  tree: svg`<path d="M12 21.5v-9M12 16l3.5-3M12 14l-2.5-2"/><path d="M7.5 14.5A4.5 4.5 0 0 1 6 6.3 6 6 0 0 1 17.8 6a4.6 4.6 0 0 1-1.3 8.5"/>`,
  power: svg`<path d="M13 2.5 5.5 13.5h5.5L10 21.5l8-11.5h-5.5Z"/>`,
  noise: svg`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15 9.5a3.5 3.5 0 0 1 0 5M17.5 7a7 7 0 0 1 0 10"/>`,
  construction: svg`<path d="M3.5 9h17v5h-17ZM6.5 14v6.5M17.5 14v6.5M6.5 9V6.5M17.5 9V6.5M8 9l-3 5M13.5 9l-3 5M19 9l-3 5"/>`,
  traffic: svg`<rect x="8" y="2.5" width="8" height="16" rx="2.5"/><circle cx="12" cy="6.5" r="1.3"/><circle cx="12" cy="10.5" r="1.3"/><circle cx="12" cy="14.5" r="1.3"/><path d="M12 18.5v3"/>`,
  sidewalk: svg`<path d="M3 19.5h18M3 15h18M7 15v4.5M12 15v4.5M17 15v4.5"/><circle cx="12" cy="4.5" r="1.5"/><path d="M12 7v4.5M9.5 9h5"/>`,
  animal: svg`<circle cx="7" cy="10" r="1.6"/><circle cx="10.3" cy="6.5" r="1.6"/><circle cx="14" cy="6.5" r="1.6"/><circle cx="17.2" cy="10" r="1.6"/><path d="M8 16.5c0-2.5 2-4.5 4-4.5s4 2 4 4.5c0 3-2.5 2-4 2s-4 1-4-2Z"/>`,
  smoke: svg`<path d="M4 20.5v-7h4v7M8 16l4-2.5V16l4-2.5v7M3 20.5h18M6 10.5c0-2 2-2 2-4M11 10c0-2 2.5-2.5 2.5-5M17 11c0-2 2-2 2-4"/>`,
  beach: svg`<path d="M12 20.5 9 9M3.5 11a7.5 7.5 0 0 1 13.5-3.5ZM3 20.5h18"/><circle cx="18.5" cy="5" r="1.5"/>`,
  order: svg`<path d="M12 3.5 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6Z"/><path d="M12 8.5v4.5M12 15.9v.1"/>`,
  person: svg`<circle cx="12" cy="7.5" r="3.5"/><path d="M5 20.5c.5-4.5 3.3-6.5 7-6.5s6.5 2 7 6.5"/>`,
  document: svg`<path d="M6 3.5h8l4.5 4.5v12.5H6ZM13.5 3.5V8.5h5M9 12.5h6.5M9 16h6.5"/>`,
  food: svg`<path d="M4 11.5h16a8 8 0 0 1-16 0ZM3 20.5h18M9 8.5c0-2 1.5-2 1.5-4M13.5 8.5c0-2 1.5-2 1.5-4"/>`,
  other: svg`<circle cx="6" cy="12" r="1.5"/><circle cx="12" cy="12" r="1.5"/><circle cx="18" cy="12" r="1.5"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}

/** Words that appear in category codes and icon names, and the picture they get; the first that fits wins. */
const KINDS: [RegExp, IconName][] = [
  [/pothole/, "pothole"], [/light|lamp/, "light"], [/garbage|waste|trash|rubbish|litter/, "garbage"], [/flood|drain|sewer|manhole/, "flood"],
  [/water|leak|droplet/, "water"], [/tree|park|leaf|green/, "tree"], [/power|electric|bolt|cable/, "power"], [/noise|sound|loud/, "noise"],
  [/construct|build|crane/, "construction"], [/traffic|signal|sign|parking/, "traffic"], [/sidewalk|pavement|walk|footpath/, "sidewalk"],
  [/food|market/, "food"], [/animal|dog|paw/, "animal"], [/smoke|air|pollut|environment|burn/, "smoke"], [/beach|sea|tour/, "beach"],
  [/order|secur|shield|encroach|vendor/, "order"], [/official|conduct|person|staff/, "person"], [/dossier|document|paper|admin/, "document"],
  [/road|street|bridge|infra/, "road"],
];

/** The picture for a category, by its icon's name or its code. */
export function categoryIcon(code: string, name?: string | null): TemplateResult {
  if (name !== undefined && name !== null && name in SHAPES) return icon(name as IconName);
  const found = [name ?? "", code].flatMap((text) => KINDS.filter(([pattern]) => pattern.test(text)).map(([, shape]) => shape))[0];
  return icon(found ?? "other");
}
