import { spawnSync } from "node:child_process";
import process from "node:process";
import { expect, it } from "vitest";
import { Cluster } from "../sim/cluster/cluster";
import { DEFAULT_CONFIG } from "../sim/cluster/config";
import type { History } from "../sim/cluster/commands";
import { SECOND } from "../sim/kernel/time";
import { everything } from "../sim/terminal/programs/everything";
import { installPrograms } from "../sim/terminal/programs/installed";

installPrograms(everything);

it("lives through a session in which somebody typed", () => {
  const line = "kubectl get pods; echo done > note";
  const history: History = {
    version: 1,
    config: { ...DEFAULT_CONFIG, masters: 1, workers: 1 },
    entries: [{ at: 30 * SECOND, command: { type: "shell", id: "l", session: "1", line, width: 80 } }],
  };
  const time = 40 * SECOND;
  const { stdout, stderr } = spawnSync(process.execPath, [".ci/run-ts.mjs", "src/server/replay.ts"], {
    input: JSON.stringify({ history, time }),
    encoding: "utf8",
  });
  const cluster = Cluster.replay(history, time);
  expect(cluster.machines.workstationFiles.read("/root/note")).toBe("done\n");
  expect([stderr, stdout]).toEqual(["", `${cluster.hash()}\n`]);
}, 60_000);
