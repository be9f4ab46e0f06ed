/** Where crews are, as the live channel says and a list filled in at each new connection; nothing is asked in between. */
import { api } from "./api";
import type { CrewMark } from "./map-crews";

export interface Said { crew: string; name: string; location: { lon: number; lat: number } | null; at: string | null }
interface Known { name: string; lon: number; lat: number; at: number }

export const STALE_MS = 3 * 60_000;
export const GONE_MS = 15 * 60_000;

export class CrewPositions {
  private readonly known = new Map<string, Known>();
  private drawn: CrewMark[] = [];

  constructor(private readonly onChange: () => void) {}

  async load(): Promise<void> {
    try {
      const { positions } = await api<{ positions: Said[] }>("/api/v1/crews/positions");
      this.known.clear();
      for (const one of positions) this.take(one);
      this.onChange();
    } catch {
      // What comes live is shown all the same.
    }
  }

  hear(said: Said): void {
    this.take(said);
    this.onChange();
  }

  /** The marks at `now`: an old position is stale, and later gone. The same list as long as nothing has changed. */
  at(now: number): readonly CrewMark[] {
    for (const [id, one] of this.known) if (now - one.at > GONE_MS) this.known.delete(id);
    const next = [...this.known].map(([crew, { name, lon, lat, at }]) => ({ crew, name, lon, lat, stale: now - at > STALE_MS }));
    if (JSON.stringify(next) !== JSON.stringify(this.drawn)) this.drawn = next;
    return this.drawn;
  }

  private take({ crew, name, location, at }: Said): void {
    if (location === null || at === null) this.known.delete(crew);
    else this.known.set(crew, { name, lon: location.lon, lat: location.lat, at: Date.parse(at) });
  }
}
