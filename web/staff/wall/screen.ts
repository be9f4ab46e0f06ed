import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { HtElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { locale, t } from "../../shared/preferences";
import { exact, short } from "../../shared/times";
import { toLogin } from "../session";
import "./band";
import { shiftAt } from "./burn-in";
import type { WallMap } from "./city-map";
import "./city-map";
import { lifeOf } from "./freshness";
import "./gallery";
import "./lines";
import { busyOf } from "./loads";
import "./loads";
import type { SceneName } from "./model";
import { available, panelsAt, SCENE_MS, turnAt } from "./rotation";
import { screenStyles } from "./screen-styles";
import { PANEL, shapeOf, type Shape } from "./shape";
import type { Source } from "./source";
import { stagedAt } from "./stage";
import { clockText, dayText, lasting } from "./wording";

const TICK = 1000;

@customElement("ht-wall")
export class Wall extends HtElement {
  @property({ attribute: false }) source!: Source;
  @state() private shape: Shape = shapeOf(innerWidth, innerHeight);
  @query("ht-wall-map") private map!: WallMap | null;
  private timer: number | null = null;

  static override styles = screenStyles;

  override connectedCallback(): void {
    super.connectedCallback();
    this.source.onChange = () => this.requestUpdate();
    this.source.onTold = (told) => { if (told.event === "report.received") this.map?.pulse(told); };
    window.addEventListener("resize", this.onResize);
    window.addEventListener("keydown", this.onKey);
    this.timer = window.setInterval(() => this.requestUpdate(), TICK);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("resize", this.onResize);
    window.removeEventListener("keydown", this.onKey);
    if (this.timer !== null) window.clearInterval(this.timer);
    this.source.stop();
  }

  private readonly onResize = (): void => { this.shape = shapeOf(innerWidth, innerHeight); };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.source.key(event)) event.preventDefault();
    else if (event.key === "Enter" && this.source.trouble === "session") toLogin();
  };

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { style } = this;
    style.setProperty("--u", `${this.shape.u}px`);
    style.setProperty("--panels-width", `${this.shape.panels * PANEL * this.shape.u}px`);
    const { x, y } = shiftAt(Date.now());
    style.setProperty("--shift-x", x.toFixed(3));
    style.setProperty("--shift-y", y.toFixed(3));
    const { age, stale } = lifeOf(this.source.age(), this.source.connected);
    this.toggleAttribute("data-stale", stale || this.source.trouble === "session");
    this.toggleAttribute("data-replay", this.source.replaying !== null);
    this.dataset["shape"] = this.shape.wide ? "wide" : "plain";
    this.age = age;
  }

  private age = 0;

  /** Scenes turn by the real clock, in a replay too: somebody is looking at them now. */
  private turning(): number {
    return this.source.replaying === null ? this.source.now() : Date.now();
  }

  private scenes(): SceneName[] {
    const { document: found, spots, media } = this.source;
    return available({ spots: spots.length, media: media.length, agencies: busyOf(found?.agencies ?? []), categories: busyOf(found?.categories ?? []) });
  }

  private scene(name: SceneName): TemplateResult | typeof nothing {
    const { source } = this;
    const now = source.now();
    const wide = this.shape.wide ? "wide" : "plain";
    const few = source.document;
    switch (name) {
      case "agencies": return html`<ht-wall-loads ?roomy=${!this.shape.wide} .loads=${few?.agencies ?? []} .empty=${t("wall.empty.agencies")}></ht-wall-loads>`;
      case "categories": return html`<ht-wall-loads ?roomy=${!this.shape.wide} .loads=${few?.categories ?? []} .empty=${t("wall.empty.categories")}></ht-wall-loads>`;
      case "spots": return html`<ht-wall-spots .spots=${source.spots} .names=${source.names} .now=${now}></ht-wall-spots>`;
      case "media": return html`<ht-wall-media data-shape=${wide} .media=${source.media} .names=${source.names} .now=${now} .most=${this.shape.wide ? 2 : 3}></ht-wall-media>`;
      default: return nothing;
    }
  }

  private ring(left: number): TemplateResult {
    const round = 2 * Math.PI * 9;
    return html`<svg class="ring" viewBox="0 0 24 24" role="img" aria-label=${t("wall.next", { n: Math.ceil((left * SCENE_MS) / 1000) })}><circle cx="12" cy="12" r="9"></circle><circle class="left" cx="12" cy="12" r="9" stroke-dasharray=${`${(left * round).toFixed(2)} ${round.toFixed(2)}`}></circle></svg>`;
  }

  private state(): TemplateResult {
    const { source } = this;
    const quiet = stagedAt(source.alarms, source.now()).quiet;
    return html`<div class="signs">
      ${quiet > 0 ? html`<span class="quiet">${icon("alarm")}${t("wall.alarm.quiet", { n: quiet })}</span>` : nothing}
      ${source.replaying !== null ? html`<span class="replaying">${icon("play")}${t("wall.replay")}</span>` : this.hasAttribute("data-stale") ? html`<span class="old">${icon("offline")}${t("wall.stale")}</span>` : html`<span class="fresh">${icon("published")}${t("wall.fresh")} · ${lasting(this.age)}</span>`}
    </div>`;
  }

  private head(title: string, left: number | null, pinned: boolean): TemplateResult {
    const now = this.source.now();
    return html`<header>
      <h1>${icon("pin")}<span class="line">${title}</span></h1>${left === null ? nothing : pinned ? html`<span class="pinned">${icon("pin")}${t("wall.pinned")}</span>` : this.ring(left)}
      ${this.state()}
      <p class="time"><span class="day">${dayText(now)}</span><time>${clockText(now)}</time></p></header>`;
  }

  private veil(): TemplateResult | typeof nothing {
    const { source } = this;
    const at = source.document?.at;
    const since = at === undefined ? "" : t("wall.stale.since", { at: short(at, source.now(), locale()) });
    if (source.trouble === "session") return html`<div class="veil" role="alert"><p class="big">${t("wall.session")}</p><p>${t("wall.session.do")}</p><p>${since}</p></div>`;
    if (this.hasAttribute("data-stale")) return html`<div class="veil" role="alert"><p class="big">${t("wall.stale.age", { age: lasting(this.age) })}</p><p>${since}</p></div>`;
    if (source.trouble === "forbidden" || source.trouble === "day") return html`<div class="veil" role="alert"><p class="big">${t(`wall.${source.trouble}`)}</p></div>`;
    return nothing;
  }

  private replay(): TemplateResult | typeof nothing {
    const replay = this.source.replaying;
    if (replay === null) return nothing;
    const share = replay.end === replay.begin ? 0 : (replay.at - replay.begin) / (replay.end - replay.begin);
    return html`<section class="replay"><strong>${t("wall.replay")}</strong><time>${replay.begin === 0 ? replay.day : exact(new Date(replay.at).toISOString(), locale())}</time>
      <span>${replay.paused ? t("wall.replay.paused") : t("wall.replay.speed", { n: replay.speed })}</span><progress max="1" .value=${share}></progress><span class="keys">${t("wall.replay.keys")}</span></section>`;
  }

  private city(): TemplateResult {
    const found = this.source.document;
    return html`<ht-wall-map .u=${this.shape.u} .clusters=${found?.clusters ?? []} .areas=${found?.areas ?? []} .alarms=${this.source.alarms}></ht-wall-map>`;
  }

  private panel(name: SceneName): TemplateResult {
    return html`<section class="panel" data-scene=${name}><h2 class="line">${t(`wall.scene.${name}`)}</h2><div class="body">${this.scene(name)}</div></section>`;
  }

  override render(): TemplateResult {
    const { source, shape } = this;
    const found = source.document;
    if (found === null) {
      const words = source.replaying === null ? t("wall.loading") : t("wall.loading.replay", { day: source.replaying.day });
      return html`${source.trouble === "loading" ? html`<p class="loading">${words}</p>` : this.veil()}`;
    }
    const now = source.now();
    const pinned = source.pinned?.scene ?? null;
    const turn = turnAt(this.turning(), this.scenes(), pinned);
    const alarmed = stagedAt(source.alarms, now).shown.length > 0;
    const stage = html`<ht-wall-stage .alarms=${source.alarms} .names=${source.names} .now=${now}></ht-wall-stage>`;
    const band = html`<ht-wall-band data-shape=${shape.wide ? "wide" : "plain"} aria-label=${t("wall.figures")} .figures=${found.figures} .trend=${source.trend} .now=${now}></ht-wall-band>`;
    const ticker = html`<ht-wall-ticker .latest=${found.latest} .names=${source.names} .now=${now} .places=${shape.places}></ht-wall-ticker>`;
    const title = alarmed ? t("wall.alarm.level.1") : t(shape.wide ? "wall.title" : `wall.scene.${turn.scene}`);
    const panels = panelsAt(this.turning(), this.scenes(), pinned, shape.panels);
    return html`<main class=${alarmed ? "alarmed" : ""} data-scene=${alarmed ? "alarm" : turn.scene}>
      ${this.head(title, alarmed ? null : turn.left, turn.pinned)}
      ${shape.wide
        ? html`${band}<div class="stage">${this.city()}</div><div class="panels">${alarmed ? stage : panels.map((one) => this.panel(one))}</div>`
        : html`<div class="stage"><div class="city ${alarmed || turn.scene !== "map" ? "away" : ""}">${this.city()}<section class="panel"><h2 class="line">${t("wall.areas")}</h2><ht-wall-loads .loads=${found.areas} .most=${5}></ht-wall-loads></section></div>${alarmed ? stage : turn.scene === "map" ? nothing : html`<div class="body" data-scene=${turn.scene}>${this.scene(turn.scene)}</div>`}</div>${band}`}
      ${source.replaying === null ? ticker : html`${ticker}${this.replay()}`}
    </main>${this.veil()}`;
  }
}

declare global { interface HTMLElementTagNameMap { "ht-wall": Wall } }
