/** What the city has configured: agencies, categories, transition table, reasons. Read once per page. */
import { api } from "../shared/api";
import type { Agency, Category, Lifecycle, ReasonChoice } from "../shared/model";

export class Catalogues {
  readonly agencies = new Map<string, Agency>();
  readonly categories = new Map<string, Category & { lane?: string | null; parent?: Category }>();
  lifecycle: Lifecycle = { states: {}, edges: [] };
  private reasons = new Map<string, ReasonChoice[]>();
  private readonly held = new Map<string, Set<string>>();
  ready = false;
  failed = false;

  async load(): Promise<void> {
    try {
      const [lifecycle, agencies, categories, reasons] = await Promise.all([
        api<Lifecycle>("/api/v1/lifecycle"),
        api<{ agencies: Agency[] }>("/api/v1/agencies"),
        api<Category[]>("/api/v1/categories"),
        api<Record<string, ReasonChoice[]>>("/api/v1/reasons"),
      ]);
      this.lifecycle = lifecycle;
      for (const agency of agencies.agencies) this.agencies.set(agency.code, agency);
      this.reasons = new Map(Object.entries(reasons));
      this.take(categories);
    } catch {
      this.failed = true;
    }
  }

  /** The city's tree of categories, which comes last: whatever else was read is there by now. */
  take(categories: readonly Category[]): void {
    for (const group of categories) this.addCategory(group);
    this.ready = true;
  }

  reasonsFor(command: string): ReasonChoice[] {
    return this.reasons.get(command) ?? [];
  }

  /** Leaf categories in the city's order: reports take only these. */
  leaves(): (Category & { parent?: Category })[] {
    return [...this.categories.values()].filter((category) => (category.children ?? []).length === 0);
  }

  /** The codes a group holds, its own among them; null for a leaf, and for what is no category. */
  kinds(code: string): ReadonlySet<string> | null {
    const group = this.categories.get(code);
    if (group === undefined || (group.children ?? []).length === 0) return null;
    let held = this.held.get(code);
    if (held === undefined) {
      held = new Set([code]);
      for (const child of group.children ?? []) for (const one of this.kinds(child.code) ?? [child.code]) held.add(one);
      this.held.set(code, held);
    }
    return held;
  }

  /** Whether the code names a category that is not there any more. */
  lacks(code: string): boolean {
    return code !== "" && this.ready && !this.categories.has(code);
  }

  private addCategory(category: Category, parent?: Category): void {
    this.categories.set(category.code, parent === undefined ? category : { ...category, parent });
    for (const child of category.children ?? []) this.addCategory(child, category);
  }
}
