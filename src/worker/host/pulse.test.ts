import { expect, it } from "vitest";
import { Cluster } from "../../sim/cluster/cluster";
import type { FromWorker } from "../protocol/protocol";
import { createPulse } from "./pulse";
import { Session } from "./session";

it("gives a sign of life a second while virtual time moves, and none while it stands", () => {
  let wall = 0;
  let signs = 0;
  const pulse = createPulse(
    () => wall,
    () => signs++,
  );
  for (wall = 0; wall < 3000; wall += 100) pulse(wall);
  expect(signs).toBe(3);
  for (; wall < 9000; wall += 100) pulse(7);
  expect(signs).toBe(4);
});

it("tells the history as it grows, and signs of life while it is lived through again", () => {
  const told: FromWorker[] = [];
  let wall = 0;
  const session = new Session(
    () => (wall += 100),
    (news) => told.push(news),
  );
  const heard = (t: FromWorker["t"]): FromWorker[] => told.splice(0).filter((news) => news.t === t);
  const config = {
    seed: 7,
    masters: 1,
    workers: 1,
    cloud: false,
    workload: "none",
    traffic: 0,
  } as const;
  const reply = (): void => {};
  session.handle({ t: "init", config }, reply);
  expect(heard("history")).toEqual([{ t: "history", kept: 0, entries: [] }]);

  const off = { type: "power-off", host: "worker-1" } as const;
  const on = { type: "power-on", host: "worker-1" } as const;
  session.handle({ t: "command", command: off }, reply);
  session.cluster?.kernel.runUntil(60_000_000);
  session.handle({ t: "command", command: on }, reply);
  const history = session.cluster?.history;
  const [first, second] = history?.entries ?? [];
  expect(heard("history")).toEqual([
    { t: "history", kept: 0, entries: [first] },
    { t: "history", kept: 1, entries: [second] },
  ]);

  // A fresh worker goes back to just before what was done last.
  const fresh = new Session(
    () => (wall += 100),
    (news) => told.push(news),
  );
  if (history === undefined) throw new Error("no history");
  fresh.handle({ t: "init", config, history, withoutLast: true }, reply);
  expect(told.map(({ t }) => t)).toContain("alive");
  expect(heard("history")).toEqual([{ t: "history", kept: 1, entries: [] }]);
  expect(fresh.cluster?.hash()).toBe(Cluster.replay({ ...history, entries: [first!] }, second!.at).hash());
});
