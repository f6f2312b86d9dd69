/** The same seed, configuration and commands give the same history, to the byte, in Chromium and in Node. */
import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import type { Command, HistoryAnswer } from "../src/worker/protocol/protocol";

interface Handle {
  ready: Promise<unknown>;
  scene(): { time: number };
  run(command: Command): Promise<unknown>;
  runUntil(time: number): Promise<unknown>;
  pause(): Promise<unknown>;
  undo(): Promise<unknown>;
  history(): Promise<HistoryAnswer>;
}

declare global {
  // oxlint-disable-next-line no-var -- a global needs var
  var kubarium: Handle;
}

/** What Node makes of a history: the hash at its end. */
function inNode(answer: HistoryAnswer): string {
  const args = [".ci/run-ts.mjs", "src/server/replay.ts"];
  return execFileSync(process.execPath, args, { input: JSON.stringify(answer), encoding: "utf8" }).trim();
}

const SCALE: Command = {
  type: "http",
  id: "scale",
  request: {
    method: "PATCH",
    path: "/apis/apps/v1/namespaces/default/deployments/web/scale",
    headers: { "content-type": "application/merge-patch+json" },
    body: { spec: { replicas: 7 } },
  },
};

const COMMANDS: readonly Command[] = [
  { type: "power-off", host: "worker-2" },
  SCALE,
  { type: "cut", a: "worker-1", b: "*", direction: "both" },
  { type: "crash-process", host: "master-1", process: "etcd" },
  { type: "set-link", a: "master-2", b: "*", delay: 20_000, lossPpm: 50_000 },
  { type: "heal", a: "worker-1", b: "*" },
  { type: "power-on", host: "worker-2" },
];

test("a session in the page and its replay in Node are the same to the byte", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(() => kubarium.ready);
  await page.evaluate(() => kubarium.pause());
  for (const command of COMMANDS) {
    await page.evaluate((c) => kubarium.run(c), command);
    await page.evaluate(() => kubarium.runUntil(kubarium.scene().time + 23_456_789));
  }
  const live = await page.evaluate(() => kubarium.history());
  expect(live.history.entries.map((e) => e.command)).toEqual(COMMANDS);
  expect(inNode(live)).toBe(live.hash);

  const earlier = { ...live, time: live.history.entries[3]?.at ?? 0 };
  expect(inNode(earlier)).not.toBe(live.hash);

  await page.evaluate(() => kubarium.undo());
  const back = await page.evaluate(() => kubarium.history());
  expect(back.history.entries).toHaveLength(COMMANDS.length - 1);
  expect(inNode(back)).toBe(back.hash);
});
