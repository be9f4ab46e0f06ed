import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { api } from "../shared/api";
import { controls } from "../shared/controls";
import { icon } from "../shared/icons";
import { t } from "../shared/preferences";
import { asRefused } from "../shared/problem";
import { serverNow } from "../shared/server-time";
import { toInput } from "../shared/times";
import { StaffElement } from "./staff-element";
import { faultText } from "./tell";
import { SCENES, type LiveDocument, type Pinned, type SceneName } from "./wall/model";

const DAY = 86_400_000;

/** What the walls show, decided at a desk: rotating, or one scene pinned until somebody frees it. */
@customElement("ht-wall-pin")
export class WallPin extends StaffElement {
  @state() private pinned: SceneName | null | undefined = undefined;
  @query("[popover]") private menu!: HTMLElement;

  static override styles = [controls, css`
    [popover] { position: fixed; inset: 3rem 1rem auto auto; margin: 0; padding: var(--s-2); border: 1px solid var(--line); border-radius: var(--r-m); background: var(--raised); color: var(--ink); box-shadow: var(--shadow-2); min-width: 15rem; }
    [popover]:popover-open { display: grid; gap: var(--s-1); }
    h2 { padding: var(--s-1) var(--s-2); }
    button.item, a.item { display: flex; justify-content: flex-start; gap: var(--s-2); width: 100%; }
    .item .icon { visibility: hidden; } .item[aria-pressed="true"] .icon, a.item .icon { visibility: visible; }
    hr { width: 100%; border: 0; border-top: 1px solid var(--line); margin: var(--s-1) 0; }
    @media (max-width: 900px) { :host { display: none; } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.desk.live.hear("wall", (message) => { this.pinned = (message as unknown as Pinned).scene; });
  }

  private opened(event: ToggleEvent): void {
    if (event.newState !== "open") return;
    this.renderRoot.querySelector<HTMLElement>(".item")?.focus();
    api<LiveDocument>("/api/v1/wall").then((found) => { this.pinned = found.scene.scene; }, () => undefined);
  }

  /** Tab goes on behind the list, which would lie over what has the focus then. */
  private left({ relatedTarget }: FocusEvent): void {
    const own = relatedTarget instanceof Element && (this.menu.contains(relatedTarget) || relatedTarget.hasAttribute("popovertarget"));
    if (relatedTarget !== null && !own) this.menu.hidePopover();
  }

  private async pin(scene: SceneName | null): Promise<void> {
    this.menu.hidePopover();
    try {
      this.pinned = (await api<Pinned>("/api/v1/wall/scene", { method: "POST", body: { scene } })).scene;
      this.desk.toast(scene === null ? t("wall.pin.freed") : t("wall.pin.done", { scene: t(`wall.scene.${scene}`) }), "done");
    } catch (error) {
      this.desk.toast(faultText(asRefused(error)), "bad");
    }
  }

  private item(scene: SceneName | null, words: string): TemplateResult {
    return html`<button class="bare item" aria-pressed=${String(this.pinned === scene)} @click=${() => void this.pin(scene)}>${icon("check")}${words}</button>`;
  }

  override render(): TemplateResult | typeof nothing {
    const { role } = this.desk.me;
    if (role === "agency") return nothing;
    const may = role === "operator" || role === "supervisor";
    const yesterday = toInput(new Date(serverNow() - DAY).toISOString()).slice(0, 10);
    return html`<button class="bare square" popovertarget="scenes" aria-label=${t("wall.pin")} title=${t("wall.pin")}>${icon("screen")}</button>
      <div id="scenes" popover role="group" aria-label=${t("wall.pin")} @focusout=${(event: FocusEvent) => this.left(event)} @toggle=${(event: ToggleEvent) => this.opened(event)}>
        <h2>${t("wall.pin")}</h2>
        ${may ? html`${this.item(null, t("wall.pin.rotate"))}${SCENES.map((scene) => this.item(scene, t(`wall.scene.${scene}`)))}<hr>` : nothing}
        <a class="button bare item" href="/ioc/wall" target="_blank">${icon("right")}${t("wall.pin.open")}</a>
        <a class="button bare item" href="/ioc/wall?replay=${yesterday}&amp;speed=60" target="_blank">${icon("play")}${t("wall.pin.replay")}</a>
      </div>`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-wall-pin": WallPin } }
