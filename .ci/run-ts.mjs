#!/usr/bin/env node
// @ts-check
/**
 * `node .ci/run-ts.mjs ENTRY ARGS…` runs a TypeScript program in this very process, so that signals reach it
 * and its heap holds nothing but its own. Bundled first by a process of its own (bundle.mjs).
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error("usage: run-ts.mjs ENTRY ARGS…");
  process.exit(2);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const outDir = path.join(root, "node_modules/.cache/run-ts", String(process.pid));
const bundler = fileURLToPath(new URL("bundle.mjs", import.meta.url));
const bundled = spawnSync(process.execPath, [bundler, path.resolve(root, entry), outDir], {
  cwd: root,
  // The program's own output may be read by another program: what the bundler says goes to stderr.
  stdio: ["ignore", 2, 2],
});
process.on("exit", () => rmSync(outDir, { recursive: true, force: true }));
if (bundled.status !== 0) process.exit(1);
const main = path.join(outDir, "main.mjs");
process.setSourceMapsEnabled(true);
process.argv = [process.execPath, main, ...args];
await import(pathToFileURL(main).href);
