/** What the city has configured: agencies, categories, transition table, reasons. Read once per page. */
import { api } from "../shared/api";
import type { Agency, Category, Lifecycle, ReasonChoice } from "../shared/model";

export class Catalogues {
  readonly agencies = new Map<string, Agency>();
  readonly categories = new Map<string, Category & { lane?: string | null; parent?: Category }>();
  lifecycle: Lifecycle = { states: {}, edges: [] };
  private reasons = new Map<string, ReasonChoice[]>();
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
      for (const group of categories) this.addCategory(group);
      this.reasons = new Map(Object.entries(reasons));
      this.ready = true;
    } catch {
      this.failed = true;
    }
  }

  reasonsFor(command: string): ReasonChoice[] {
    return this.reasons.get(command) ?? [];
  }

  /** Leaf categories in the city's order: reports take only these. */
  leaves(): (Category & { parent?: Category })[] {
    return [...this.categories.values()].filter((category) => (category.children ?? []).length === 0);
  }

  private addCategory(category: Category, parent?: Category): void {
    this.categories.set(category.code, parent === undefined ? category : { ...category, parent });
    for (const child of category.children ?? []) this.addCategory(child, category);
  }
}
