/** What every element of the portal needs: words of the page, small builders of DOM, drawings. Never markup from strings. */

const words = JSON.parse(document.body.dataset["words"] ?? "{}") as Record<string, string>;
// The form has many words of its own; only its page carries them.
const more = document.querySelector<HTMLElement>("[data-form-words]")?.dataset["formWords"];
if (more !== undefined) Object.assign(words, JSON.parse(more));

/** The words for `key` as the server gave them for this reader's language; `{name}` is replaced by `values.name`. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

type Child = Node | string | null;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/** `h("button", { type: "button", onclick: run }, "Send")`: attributes as text, `true` for bare ones, functions as listeners. */
export function h<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const SHAPES = {
  camera: ["M4 8h3l1.6-2.4h6.8L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Z", "M15.4 13a3.4 3.4 0 1 1-6.8 0 3.4 3.4 0 0 1 6.8 0Z"],
  gallery: ["M4 5h16v14H4Z", "m4 16 4.5-4.5 4 4 3-3 4.5 4", "M9 9h.01"],
  close: ["m6 6 12 12M18 6 6 18"],
  locate: ["M18.5 12a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z", "M12 2v5M12 17v5M2 12h5M17 12h5"],
  map: ["m9 4-6 2.500V20l6-2.5 6 2.5 6-2.500V4l-6 2.500L9 4Zm0 0v13.500M15 6.500V20"],
  pin: ["M12 21.500s7-6.2 7-11.500a7 7 0 0 0-14 0c0 5.3 7 11.5 7 11.500Z", "M14.5 10a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z"],
  film: ["M4 6h16v12H4Z", "m10 9.200 4.600 2.800L10 14.800Z"],
  mic: ["M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3Z", "M6 11a6 6 0 0 0 12 0M12 17v4M9 21h6"],
  stop: ["M7 7h10v10H7Z"],
  plus: ["M12 5v14M5 12h14"],
  minus: ["M5 12h14"],
  check: ["m5 12.500 4.500 4.500L19 7.500"],
  clock: ["M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0Z", "M12 7.500V12l3 2"],
  bell: ["M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15L6 16Z", "M10 20.500a2 2 0 0 0 4 0"],
  alert: ["M12 3.500 21.500 20h-19L12 3.500Z", "M12 10v4.500M12 17.500h.01"],
  people: ["M12.500 8a3.500 3.500 0 1 1-7 0 3.500 3.500 0 0 1 7 0Z", "M2.500 20a6.500 6.500 0 0 1 13 0M15.500 4.700a3.500 3.500 0 0 1 0 6.600M18 14.500a6.500 6.500 0 0 1 3.500 5.500"],
  outbox: ["M12 15V4m0 0L8 8m4-4 4 4", "M4 14v5h16v-5"],
  share: ["M8.5 12a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z", "M19.5 6a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z", "M19.5 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z", "m8.2 10.8 6.6-3.600M8.2 13.200l6.6 3.6"],
} as const;

export function icon(name: keyof typeof SHAPES): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  for (const d of SHAPES[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", d);
    drawing.append(path);
  }
  return drawing;
}

/** The element in `root` that `selector` finds; a page without it is a mistake of ours, said loudly. */
// The caller knows what the template wrote there, as with querySelector itself.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function need<T extends Element>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}
