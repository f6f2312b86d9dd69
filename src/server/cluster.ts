/** `npm run cluster`: the same cluster as in the page, without the page, behind its API on loopback. */
import process from "node:process";
import { runMain, stopWhenTold } from "./main";
import { parseOptions, USAGE } from "./options";
import { serve } from "./serve";

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (!options.ok) {
    console.error(`${options.error}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (options.value === "help") {
    console.log(USAGE);
    return;
  }
  const { config } = options.value;
  const server = await serve(options.value, (error) => {
    console.error(`the simulation has a bug (${JSON.stringify(config)}):`, error);
    process.exit(1);
  });
  console.log(`ready ${server.url}`);
  console.log(`kubeconfig ${server.kubeconfig}`);
  stopWhenTold(server);
}

runMain(main);
