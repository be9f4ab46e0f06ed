/** What a chosen file is, and how long a film or a voice note lasts, found out before anything is sent. */
import type { MediaKind } from "../shared/outbox/types";

const PICTURES = /^image\/(jpeg|png|webp|heic|heif|avif)$/;
const BY_NAME: [RegExp, MediaKind][] = [
  [/\.(jpe?g|png|webp|hei[cf]|avif)$/i, "image"], [/\.(mp4|m4v|mov|3gp|3g2|webm|mkv)$/i, "video"], [/\.(m4a|mp3|aac|amr|ogg|opus|wav)$/i, "audio"],
];
/** A phone that has not read a film's head by then is not made to wait; the server measures it anyway. */
const PATIENCE_MS = 5000;

/** The kind of a file by its type, or by its name where the phone gives no type (many do for HEIC); null for what
 *  nobody here can use. The server looks at the content in any case. */
export function kindOf(file: { type: string; name: string }): MediaKind | null {
  if (PICTURES.test(file.type)) return "image";
  if (file.type.startsWith("video/")) return "video";
  if (file.type.startsWith("audio/")) return "audio";
  if (file.type !== "" && file.type !== "application/octet-stream") return null;
  return BY_NAME.find(([ending]) => ending.test(file.name))?.[1] ?? null;
}

/** Seconds of a film or a recording; null where the browser cannot tell. */
export function durationOf(file: Blob, kind: "video" | "audio"): Promise<number | null> {
  const player = document.createElement(kind);
  const address = URL.createObjectURL(file);
  return new Promise<number | null>((done) => {
    const timer = setTimeout(() => done(null), PATIENCE_MS);
    const end = (seconds: number | null): void => { clearTimeout(timer); done(seconds); };
    player.preload = "metadata";
    // Recordings that were streamed into a file say "without end".
    player.addEventListener("loadedmetadata", () => end(Number.isFinite(player.duration) ? player.duration : null));
    player.addEventListener("error", () => end(null));
    player.src = address;
  }).finally(() => {
    player.removeAttribute("src");
    URL.revokeObjectURL(address);
  });
}

/** "1:05". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Megabytes as people say them. */
export function megabytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / 1048576));
}
