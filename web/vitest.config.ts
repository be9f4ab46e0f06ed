import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["{shared,staff,portal}/**/*.test.ts"], environment: "node" } });
