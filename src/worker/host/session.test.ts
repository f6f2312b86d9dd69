import { expect, it } from "vitest";
import { SECOND } from "../../sim/kernel/time";
import { everything } from "../../sim/terminal/programs/everything";
import { installPrograms } from "../../sim/terminal/programs/installed";
import type { ClusterConfig, Command, HistoryEntry } from "../protocol/protocol";
import { Session } from "./session";

installPrograms(everything);

const CONFIG: ClusterConfig = { seed: 7, masters: 1, workers: 1, cloud: false, workload: "none", traffic: 0 };

const CHANGE: Command = { type: "power-off", host: "worker-1" };
const LOOK: Command = { type: "shell", id: "l", session: "1", line: "echo a", width: 80 };
const WATCH: Command = {
  type: "http",
  id: "w",
  request: { method: "GET", path: "/api/v1/pods?watch=true" },
  stream: true,
};
const HANG_UP: Command = { type: "http-cancel", id: "w" };

it.each<[string, Command[], number, Command[]]>([
  ["nothing", [], 0, []],
  ["a change after a look", [LOOK, CHANGE], 1, [LOOK]],
  ["a look after a change", [CHANGE, LOOK], 1, [CHANGE]],
  // Recovery hangs up by itself: it must not come to the same place again and again.
  ["a look, and hanging up", [WATCH, CHANGE, LOOK, HANG_UP], 2, [WATCH, CHANGE, HANG_UP]],
])("goes back to before what was done last: %s", (_what, commands, cut, left) => {
  const session = new Session(() => 0);
  session.handle({ t: "init", config: CONFIG }, () => undefined);
  const opened = session.clockView().time;
  const entries: HistoryEntry[] = commands.map((command, i) => ({ at: opened + (i + 1) * SECOND, command }));
  const history = { version: 1, config: CONFIG, entries } as const;
  session.handle({ t: "init", config: CONFIG, history, withoutLast: true }, () => undefined);
  const { time } = session.clockView();
  expect(session.cluster?.history.entries.map((e) => e.command)).toEqual(left);
  expect(time).toBe(entries[cut]?.at ?? opened);
});
