import { need } from "./page";

/** The new phone's camera has read the code: it came behind the #, which no server ever sees, and goes into the field. */
export class MoveHere extends HTMLElement {
  connectedCallback(): void {
    const code = decodeURIComponent(location.hash.slice(1));
    if (!/^[0-9A-Za-z]{6,20}$/.test(code)) return;
    need<HTMLInputElement>(this, "input[name=code]").value = code;
    // Whoever looks at the history later finds nothing to use.
    history.replaceState(null, "", location.pathname);
  }
}
