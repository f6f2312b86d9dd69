#!/usr/bin/env node
// @ts-check
/**
 * `npm start`: builds the production page and serves it on loopback until Ctrl+C, with a bridge by which kubectl
 * and other clients reach the cluster in its tab (src/server/start.ts). `--port N` picks the port.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { build } from "vite";

const { values } = parseArgs({ options: { port: { type: "string", default: "4173" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port}: a number from 0 to 65535 is needed`);
  process.exit(2);
}
await build({ logLevel: "warn" });
process.argv = [...process.argv.slice(0, 2), "src/server/start.ts", "--port", String(port)];
await import("./run-ts.mjs");
