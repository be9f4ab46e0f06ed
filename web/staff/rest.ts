/** The open reports beyond a snapshot's first two hundred: page by page in the background, while events already flow. */
import { api } from "../shared/api";
import type { Report } from "../shared/model";

const PAGE = 200;
/** More open reports than this are not held by one desk: the most pressing are, and the screen says so. */
const MOST_PAGES = 150;
const TRIES = 4;
const FIRST_WAIT = 1_000;
/** Pages that come within this time are taken together: each taking draws queue and map again, and a page that waits
 *  is a page that came later, which never overwrites what an event has told meanwhile. */
const TOGETHER = 500;

export interface Page { reports: Report[]; next: string | null }

/** How pages are read; a test has its own. */
export interface Reading {
  page(path: string, wanted: () => boolean): Promise<Page>;
  /** Runs it once after so many milliseconds. */
  later(run: () => void, ms: number): void;
  breath(): Promise<void>;
}

export class Rest {
  loading = false;
  /** There are more than are held. */
  cut = false;
  private round = 0;

  constructor(
    private readonly take: (reports: readonly Report[]) => void,
    private readonly tell: () => void,
    private readonly reading: Reading = { page: patiently, later: (run, ms) => { setTimeout(run, ms); }, breath },
  ) {}

  /** Follows the pages from `cursor` on. A newer snapshot begins anew; what an older round still brings is not read. */
  async follow(cursor: string | null | undefined): Promise<void> {
    this.round += 1;
    const { round } = this;
    this.cut = false;
    this.loading = cursor !== null && cursor !== undefined;
    let after: string | null = cursor ?? null;
    let gathered: Report[] = [];
    const take = (): void => {
      const reports = gathered;
      gathered = [];
      if (this.round === round && reports.length > 0) this.take(reports);
    };
    try {
      for (let page = 0; after !== null; page += 1) {
        if (page === MOST_PAGES) {
          this.cut = true;
          break;
        }
        const answer: Page = await this.reading.page(`/api/v1/reports?limit=${PAGE}&after=${encodeURIComponent(after)}`, () => this.round === round);
        if (this.round !== round) return;
        if (gathered.length === 0) this.reading.later(take, TOGETHER);
        gathered.push(...answer.reports);
        after = answer.next;
        await this.reading.breath();
      }
    } finally {
      take();
      if (this.round === round) this.loading = false;
      this.tell();
    }
  }
}

/** A page, asked again a few times when the network or the server fails. */
async function patiently(path: string, wanted: () => boolean): Promise<Page> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await api<Page>(path);
    } catch (error) {
      if (tried === TRIES || !wanted()) throw error;
      await new Promise((done) => { window.setTimeout(done, FIRST_WAIT * 2 ** tried); });
    }
  }
}

/** Lets the page draw and answer its user before the next page is read in. */
function breath(): Promise<void> {
  return new Promise((done) => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => done(), { timeout: 500 });
    else setTimeout(done, 30);
  });
}
