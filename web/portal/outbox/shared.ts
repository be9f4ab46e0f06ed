/** Photos, films and words that another app shares into ours. */
import { made } from "../../shared/outbox/made";
import { keepBytes, outbox } from "../../shared/outbox/store";
import type { MediaKind } from "../../shared/outbox/types";
import { changed } from "../../shared/outbox/watch";

const MOST = 6;

function kindOf(type: string): MediaKind | null {
  if (type.startsWith("image/")) return "image";
  return type.startsWith("video/") ? "video" : null;
}

/** Adds what was shared to the draft of this browser, or to a new one. */
export async function takeShared(form: FormData): Promise<void> {
  const store = await outbox();
  const draft = (await store.all()).findLast((item) => item.stage === "draft") ?? made.draft();
  const words = ["title", "text"].map((name) => form.get(name)).filter((value): value is string => typeof value === "string" && value !== "").join("\n");
  await store.change(draft.id, (there) => {
    const now = there ?? draft;
    const blank = !now.entries.some(([name, value]) => name === "description" && value !== "");
    return words !== "" && blank ? { ...now, entries: [...now.entries.filter(([name]) => name !== "description"), ["description", words]] } : now;
  });
  for (const file of form.getAll("media").filter((one) => one instanceof File).slice(0, MOST)) {
    const kind = kindOf(file.type);
    if (kind === null) continue;
    const media = made.media(file, kind, ((await store.all()).find((item) => item.id === draft.id)?.media ?? []).map((one) => one.name));
    await keepBytes(store, media.id, file);
    await store.change(draft.id, (there) => (there === undefined ? undefined : { ...there, media: [...there.media, media], changedAt: new Date().toISOString() }));
  }
  changed();
}
