/** What `npm start` runs once the page is built: serves the page, and the bridge from real clients to its cluster. */
import { parseArgs } from "node:util";
import { serveBridge } from "./bridge/serve";
import { runMain, stopWhenTold } from "./main";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string", default: "4173" } } });
  const server = await serveBridge("dist", Number(values.port));
  console.log(`Kubarium is at ${server.url}/  (Ctrl+C stops it)`);
  console.log(`For kubectl and Helm, with the page open:  ${server.commands.sh}`);
  stopWhenTold(server);
}

runMain(main);
