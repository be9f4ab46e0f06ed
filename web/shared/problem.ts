import type { Problem } from "./model";

/** What the server refused, or what kept us from reaching it. `slug` is the last segment of the problem's type. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "Refused";
  }

  get slug(): string {
    return this.problem.type.split("/").pop() ?? "";
  }

  get status(): number {
    return this.problem.status;
  }
}

/** A problem that never reached the server or whose answer never came; `status` 0. */
export function unreachable(slug: "offline" | "unanswered"): Refused {
  return new Refused({ type: `/problems/${slug}`, title: slug, status: 0 });
}

export function asRefused(error: unknown): Refused {
  if (error instanceof Refused) return error;
  return new Refused({ type: "/problems/client", title: "client", status: 0, detail: error instanceof Error ? error.message : String(error) });
}
