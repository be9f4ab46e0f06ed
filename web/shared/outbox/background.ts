/** Sending from a worker that the browser has woken. */
import { sendAll } from "./sender";

const BACKGROUND_MS = 4 * 60_000;

/** As long as the browser lets a worker live; what still waits then makes the browser wake it again. */
export async function sendInBackground(): Promise<void> {
  const end = Date.now() + BACKGROUND_MS;
  for (let eager = true; ; eager = false) {
    const { waiting, next } = await sendAll(eager);
    if (waiting === 0) return;
    if (next === null || next > end) throw new Error("something still waits");
    await new Promise((done) => setTimeout(done, Math.max(250, next - Date.now())));
  }
}
