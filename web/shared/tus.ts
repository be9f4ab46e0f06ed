/** Resumable upload (tus 1.0, core and creation) of one file; small enough not to need a library. */
import { csrfHeaders, problemOf } from "./api";
import { Refused, unreachable } from "./problem";

export const TUS = { "Tus-Resumable": "1.0.0" };
export const UPLOADS = "/api/v1/uploads";
const PIECE = 1024 * 1024;
const TRIES = 5;

const encode = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Upload-Metadata of a file. A type nobody knows is left out: an empty value would claim one. */
export function metadata(file: { name: string; type: string }): string {
  return `filename ${encode(file.name)}${file.type === "" ? "" : `,filetype ${encode(file.type)}`}`;
}

async function call(path: string, method: string, headers: Record<string, string>, body: Blob | null, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(path, { method, headers: { ...TUS, ...csrfHeaders(method), ...headers }, body, signal, credentials: "same-origin" });
  if (!answer.ok) throw new Refused(await problemOf(answer));
  return answer;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A fault worth another try: no answer, an offset that has moved on, or a server in trouble. */
function passing(error: unknown): boolean {
  return error instanceof Refused ? error.status === 409 || error.status === 423 || error.status >= 500 : error instanceof TypeError;
}

/** Uploads `file` and gives its upload id (the last segment of its address); `progress` gets a share from 0 to 1.
 *  After a broken piece it asks how far the server got and goes on from there. */
export async function upload(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<string> {
  const made = await call(UPLOADS, "POST", { "Upload-Length": String(file.size), "Upload-Metadata": metadata(file) }, null, signal);
  const address = new URL(made.headers.get("Location") ?? "", location.href);
  // Only the path counts: behind a proxy the server may not know the name it is reached by.
  const path = address.pathname;
  let offset = 0;
  let failures = 0;
  let unsure = false;
  while (offset < file.size) {
    try {
      // Asking how far the server got may fail like any other request, and is then tried again like any other.
      if (unsure) offset = Number((await call(path, "HEAD", {}, null, signal)).headers.get("Upload-Offset"));
      unsure = false;
      if (offset >= file.size) break;
      const piece = file.slice(offset, offset + PIECE);
      const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
      const answer = await call(path, "PATCH", headers, piece, signal);
      offset = Number(answer.headers.get("Upload-Offset"));
      failures = 0;
      progress(offset / file.size);
    } catch (error) {
      if (signal.aborted || !passing(error)) throw error;
      failures += 1;
      if (failures > TRIES) throw error instanceof Refused ? error : unreachable("offline");
      await pause(300 * 2 ** failures);
      unsure = true;
    }
  }
  return path.split("/").filter((part) => part !== "").pop() ?? "";
}
