import { resolve } from "node:path";
import { defineConfig, type Plugin, type UserConfig } from "vite";

import { licences } from "./licences.ts";

export const web = resolve(import.meta.dirname, "..");

/** One of the two front ends: `entries` are paths below web/, `out` is the Python room that ships the build,
 *  `mount` is the address under which that room's files are served (assets.py names the same one). */
export function site(entries: Record<string, string>, out: string, mount: string, plugins: Plugin[] = []): UserConfig {
  return defineConfig({
    root: web,
    base: mount,
    publicDir: false,
    build: {
      outDir: resolve(web, "..", out, "dist"),
      emptyOutDir: true,
      manifest: "manifest.json",
      target: "es2022",
      // MapLibre is one module of about a megabyte; splitting it further only adds requests.
      chunkSizeWarningLimit: 1200,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, resolve(web, path)])),
      },
    },
    plugins: [licences(web), ...plugins],
  });
}
