// tus-js-client, unchanged, as a phone would use it: node tus_client.mjs '<JSON>'. Prints one line of JSON.
//
// {"modules": "<web/package.json>", "action": "upload" | "resume" | "terminate", "endpoint", "url", "token", "file",
//  "chunk": bytes or null, "stop": bytes after which an upload is abandoned, or null, "retries": number}

import { createReadStream, statSync } from "node:fs";
import { createRequire } from "node:module";

const wanted = JSON.parse(process.argv[2]);
const tus = createRequire(wanted.modules)("tus-js-client");
const headers = { Authorization: `Bearer ${wanted.token}` };
const retryDelays = Array(wanted.retries ?? 40).fill(20);

function say(outcome) {
  process.stdout.write(JSON.stringify(outcome) + "\n", () => process.exit(0));
}

function failed(error) {
  say({ failed: String(error), status: error.originalResponse?.getStatus() ?? null });
}

if (wanted.action === "terminate") {
  tus.Upload.terminate(wanted.url, { headers, retryDelays: [] }).then(() => say({ gone: true }), failed);
} else {
  const offsets = [];
  const upload = new tus.Upload(createReadStream(wanted.file), {
    endpoint: wanted.endpoint,
    uploadUrl: wanted.action === "resume" ? wanted.url : null,
    headers,
    chunkSize: wanted.chunk ?? statSync(wanted.file).size,
    uploadSize: statSync(wanted.file).size,
    metadata: { filename: "phim.mp4", filetype: "video/mp4" },
    retryDelays,
    onProgress: (sent) => offsets.push(sent),
    onChunkComplete: (_size, accepted) => {
      if (wanted.stop && accepted >= wanted.stop) upload.abort().then(() => say({ url: upload.url, accepted }));
    },
    onSuccess: () => say({ url: upload.url, progress: Math.max(...offsets) }),
    onError: failed,
  });
  upload.start();
}
