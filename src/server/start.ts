/** What `npm start` runs once the page is built: serves the page, and the bridge from real clients to its cluster. */
import process from "node:process";
import { parseArgs } from "node:util";
import { serveBridge } from "./bridge/serve";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string", default: "4173" } } });
  const server = await serveBridge("dist", Number(values.port));
  console.log(`Kubarium is at ${server.url}/  (Ctrl+C stops it)`);
  console.log(`For kubectl and Helm, with the page open:  ${server.commands.sh}`);
  const end = (): void => void server.close().finally(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

main().catch((error: unknown) => {
  const taken = error instanceof Error && (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  console.error(taken ? "That port is taken: choose another one with --port." : error);
  process.exit(1);
});
