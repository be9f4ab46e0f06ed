/** Where one is in the administration, as the address says it. */
export const PLACES = ["categories", "agencies", "rules", "area_sets", "calendars", "areas", "reasons", "templates", "accounts", "readers", "spots", "versions", "try-out", "problems"] as const;
export type PlaceName = (typeof PLACES)[number];
export interface Place { name: PlaceName; item: string | null; draft: string | null }

export function placeIn(search: string): Place {
  const asked = new URLSearchParams(search);
  const name = PLACES.find((one) => one === asked.get("section")) ?? "categories";
  return { name, item: asked.get("item"), draft: asked.get("draft") };
}

export function addressOf({ name, item, draft }: Place): string {
  const asked = new URLSearchParams({ section: name });
  if (item !== null) asked.set("item", item);
  if (draft !== null) asked.set("draft", draft);
  return `/admin?${asked.toString()}`;
}
