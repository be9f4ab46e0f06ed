import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { build, type Plugin, type Rolldown } from "vite";

/** Larger files (the maps) are not fetched ahead: a page asks for them, and then they stay. */
const LARGEST = 150_000;

type Bundle = Rolldown.OutputBundle;

/** The scripts that the page of this entry loads at once, or all of them. */
function wanted(bundle: Bundle, entry: string | undefined): Rolldown.OutputBundle[string][] {
  const files = Object.values(bundle);
  if (entry === undefined) return files;
  const page = files.find((one) => one.type === "chunk" && one.isEntry && one.name === entry);
  const found = new Set<string>();
  const waiting = page === undefined ? [] : [page.fileName];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const one = bundle[name];
    if (one?.type !== "chunk" || found.has(name)) continue;
    found.add(name);
    waiting.push(...one.imports);
  }
  return files.filter((one) => one.type === "asset" || found.has(one.fileName));
}

/** The files of the app as the worker keeps them ahead; of one page all that it cannot begin without. */
function shell(bundle: Bundle, entry?: string): string[] {
  const files = wanted(bundle, entry);
  const scripts = files.filter((one) => one.type === "chunk" && (entry !== undefined || Buffer.byteLength(one.code) <= LARGEST)).map((one) => one.fileName);
  const heavy = new Set(files.flatMap((one) => (one.type === "chunk" && Buffer.byteLength(one.code) > LARGEST ? stylesOf(one) : [])));
  const styles = files.filter((one) => one.type === "asset" && one.fileName.endsWith(".css") && !heavy.has(one.fileName)).map((one) => one.fileName);
  return [...scripts, ...styles].sort();
}

function stylesOf(chunk: Rolldown.OutputChunk): string[] {
  return [...((chunk as { viteMetadata?: { importedCss?: Set<string> } }).viteMetadata?.importedCss ?? [])];
}

async function compile(web: string, source: string, mount: string, version: string, files: string[]): Promise<string> {
  const made = (await build({
    root: web,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: { SHELL: JSON.stringify({ version, files: files.map((name) => mount + name) }) },
    build: {
      write: false,
      target: "es2022",
      // One classic script: not every browser takes modules as workers, and one file is one version.
      rolldownOptions: { input: resolve(web, source), output: { format: "iife", entryFileNames: "sw.js", codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput;
  const [script] = made.output;
  return script.code;
}

/** Writes dist/sw.js: the service worker, which knows the files of the same build. Its bytes change exactly when it
 *  or one of them does, which is how a browser learns of an update. `entry`: the one page it is for. */
export function serviceWorker(web: string, source: string, mount: string, entry?: string): Plugin {
  return {
    name: "hientruong-service-worker",
    apply: "build",
    generateBundle: {
      // After the scripts that only stood for a style sheet have gone.
      order: "post",
      async handler(_options, bundle) {
        const files = shell(bundle, entry);
        const blank = await compile(web, source, mount, "", files);
        const version = createHash("sha256").update(blank).digest("hex").slice(0, 12);
        // By hand and not by a second compilation: only the name differs.
        const code = blank.replace(/version:\s*(["'`])\1/, `version:"${version}"`);
        if (code === blank) this.error("the service worker does not use its version");
        this.emitFile({ type: "asset", fileName: "sw.js", source: code });
      },
    },
  };
}
