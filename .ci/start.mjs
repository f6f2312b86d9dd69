#!/usr/bin/env node
// @ts-check
/** `npm start`: builds the production page and serves it on loopback until Ctrl+C. `--port N` picks the port. */
import process from "node:process";
import { parseArgs } from "node:util";
import { build, preview } from "vite";

const { values } = parseArgs({ options: { port: { type: "string", default: "4173" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port}: a number from 0 to 65535 is needed`);
  process.exit(2);
}
await build({ logLevel: "warn" });
const server = await preview({ preview: { host: "127.0.0.1", port }, logLevel: "warn" });
console.log(
  `Kubarium is at ${server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${port}/`}  (Ctrl+C stops it)`,
);
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    void server.close().finally(() => process.exit(0));
  });
}
