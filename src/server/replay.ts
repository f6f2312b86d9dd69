/**
 * Lives through a session again without a page: `node .ci/run-ts.mjs src/server/replay.ts` reads
 * `{"history": …, "time": µs}` (what `kubarium.history()` gives in the page) from standard input and prints the
 * hash of the run at that time. Equal runs have equal hashes, in Node as in a browser.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { Cluster } from "../sim/cluster/cluster";
import { parseHistory } from "../sim/cluster/history";
import { everything } from "../sim/terminal/programs/everything";
import { installPrograms } from "../sim/terminal/programs/installed";
import { describeTypes } from "./descriptions";

describeTypes();
installPrograms(everything);
const { history, time } = JSON.parse(readFileSync(0, "utf8")) as { history: unknown; time: number };
const parsed = parseHistory(history);
if (parsed.ok) console.log(Cluster.replay(parsed.value, time).hash());
else {
  console.error(`not a history: ${parsed.error}`);
  process.exitCode = 2;
}
