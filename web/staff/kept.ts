/** What a person keeps at the desk, views and templates: the list as the server has it, and changes to it. */
import { api } from "../shared/api";
import type { Filters, Tab } from "./queue";

/** `mine`: this account may change it. */
export interface KeptThing { id: string; name: string; shared: boolean; mine: boolean }
export interface Query extends Filters { tab: Tab }
export interface View extends KeptThing { query: Query; default: boolean }
export interface Template extends KeptThing { command: string; text: string; reason: string | null }

export class Kept<T extends KeptThing> {
  items: readonly T[] = [];
  failed = false;

  constructor(private readonly kind: "views" | "templates", private readonly tell: () => void) {}

  async load(): Promise<void> {
    try {
      const answer = await api<Record<string, T[]>>(`/api/v1/${this.kind}`);
      this.items = answer[this.kind] ?? [];
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.tell();
  }

  get(id: string | null): T | undefined {
    return this.items.find((one) => one.id === id);
  }

  async add(content: Omit<T, "id" | "mine">): Promise<T> {
    const made = await api<T>(`/api/v1/${this.kind}`, { method: "POST", body: content });
    await this.load();
    return made;
  }

  async change(id: string, part: Partial<T>): Promise<void> {
    await api(`/api/v1/${this.kind}/${id}`, { method: "PATCH", body: part });
    await this.load();
  }

  async remove(id: string): Promise<void> {
    await api(`/api/v1/${this.kind}/${id}`, { method: "DELETE" });
    await this.load();
  }
}
