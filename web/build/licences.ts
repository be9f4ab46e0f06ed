import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;

function licenceText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
}

/** Writes dist/licences.txt with the licence of every package whose code is in the bundle: their terms ask for it. */
export function licences(web: string): Plugin {
  return {
    name: "hientruong-licences",
    generateBundle(_options, bundle) {
      const names = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const id of chunk.moduleIds) {
          const name = PACKAGE.exec(id)?.[1];
          if (name !== undefined) names.add(name);
        }
      }
      const parts = [...names].sort().flatMap((name) => {
        const folder = join(web, "node_modules", name);
        if (!existsSync(join(folder, "package.json"))) return [];
        const meta = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string; license?: string };
        return [`${name} ${meta.version} (${meta.license ?? "see text"})\n\n${licenceText(folder)}\n`];
      });
      this.emitFile({ type: "asset", fileName: "licences.txt", source: parts.join(`\n${"-".repeat(80)}\n\n`) });
    },
  };
}
