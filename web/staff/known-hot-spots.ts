/** The hot spots a staff screen knows: asked for at each new connection, and again whenever the server says they have changed. */
import { api } from "../shared/api";
import type { SpotMark } from "../shared/map-spots";
import { currentLanguage, t } from "../shared/preferences";
import { spotName, type HotSpot, type HotSpots } from "./hot-spot-words";

/** Not all screens of the city ask in the same moment. */
const SPREAD_MS = 2_000;

export class KnownHotSpots {
  found: HotSpots | null = null;
  failed = false;
  private timer: unknown = null;
  private made: { of: HotSpots | null; language: string; marks: readonly SpotMark[] } = { of: null, language: "", marks: [] };

  constructor(
    private readonly onChange: () => void,
    private readonly ask: () => Promise<HotSpots> = () => api<HotSpots>("/api/v1/hot-spots"),
    private readonly later: (run: () => void, ms: number) => unknown = (run, ms) => window.setTimeout(run, ms),
  ) {}

  async load(): Promise<void> {
    const before = this.failed;
    try {
      const found = await this.ask();
      this.failed = false;
      if (JSON.stringify(found) === JSON.stringify(this.found)) { if (before) this.onChange(); return; }
      this.found = found;
    } catch {
      // What was known before is still shown.
      this.failed = true;
    }
    this.onChange();
  }

  /** They have changed: asked for in a moment, once for all that is said until then. */
  hear(): void {
    if (this.timer !== null) return;
    this.timer = this.later(() => {
      this.timer = null;
      void this.load();
    }, Math.random() * SPREAD_MS);
  }

  /** Those that live, as marks of the map. The same list as long as nothing has changed. */
  marks(): readonly SpotMark[] {
    const language = currentLanguage();
    if (this.made.of !== this.found || this.made.language !== language) {
      this.made = { of: this.found, language, marks: (this.found?.hot_spots ?? []).flatMap((spot) => markOf(spot) ?? []) };
    }
    return this.made.marks;
  }
}

function markOf(spot: HotSpot): SpotMark | null {
  if (spot.state === "gone") return null;
  const owner = spot.owner_name === null ? [] : [spot.owner_name];
  const title = [`${t("hotspot.title")}: ${spotName(spot)}`, t("hotspot.cases", { n: spot.cases }), t(`hotspot.state.${spot.state}`), ...owner].join(" · ");
  return { code: spot.code, lon: spot.location.lon, lat: spot.location.lat, state: spot.state, cases: spot.cases, title };
}
