/** Where the phone is: for distances on the screen always, for the city's map only while somebody has switched it on. */
import { api } from "../../shared/api";

const KEY = "hientruong-on-duty";
const EVERY_MS = 30_000;
const PATH = "/api/v1/crews/me/position";

export interface Spot { lon: number; lat: number; accuracy_m: number }

/** Whoever comes after on this phone says so for themselves. */
export const offDuty = (): void => { localStorage.removeItem(KEY); };

export class Duty {
  here: Spot | null = null;
  /** The position was refused by the person or the phone. */
  blind = false;
  private watching: number | null = null;
  private saidAt = 0;

  constructor(private readonly onChange: () => void) {}

  get on(): boolean {
    return localStorage.getItem(KEY) === "1";
  }

  start(): void {
    if (!("geolocation" in navigator) || this.watching !== null) return;
    this.watching = navigator.geolocation.watchPosition(({ coords }) => {
      this.here = { lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.round(coords.accuracy) };
      this.blind = false;
      if (this.on) void this.say();
      this.onChange();
    }, () => { this.blind = true; this.onChange(); }, { enableHighAccuracy: true, maximumAge: 15_000 });
  }

  /** The switch: on, the center and the own agency see the crew; off, the position is deleted there at once. */
  async set(on: boolean): Promise<void> {
    localStorage.setItem(KEY, on ? "1" : "0");
    this.saidAt = 0;
    this.onChange();
    if (on) await this.say();
    else await api(PATH, { method: "DELETE" });
  }

  private async say(): Promise<void> {
    if (this.here === null || Date.now() - this.saidAt < EVERY_MS) return;
    this.saidAt = Date.now();
    // One that is lost is followed by the next.
    await api(PATH, { method: "PUT", body: this.here }).catch(() => undefined);
  }
}
