/** Real clients reach the cluster in the tab: from `npm start`'s server over the bridge into the Worker and back. */
import { execFileSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import type { HistoryAnswer } from "../src/worker/protocol/protocol";
import { startBridgeServer, type BridgeServer } from "./fixtures/bridge-server";
import { hang } from "./fixtures/hang";

const MAPS = "/api/v1/namespaces/default/configmaps";

let server: BridgeServer;
test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  server = await startBridgeServer();
});
test.afterAll(() => server.stop());

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
  const response = await fetch(server.api + path, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const map = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

/** Follows a watch: each event as a word and a name, and in the end "end". */
async function* follow(path: string): AsyncGenerator<string> {
  const response = await fetch(server.api + path);
  expect(response.status).toBe(200);
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as { type: string; object: any };
      if (type !== "BOOKMARK") yield `${type} ${object.metadata.name}`;
    }
  }
  yield "end";
}

async function openPage(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.evaluate(() => kubarium.ready);
  await expect.poll(async () => (await call("GET", "/api/v1/nodes")).status).toBe(200);
}

test("says where to go while no tab is open", async () => {
  const { status, body } = await call("GET", "/api/v1/pods");
  expect(status).toBe(503);
  expect(body.message).toBe(`no tab is open: open ${server.url}/ in a browser`);
});

test("serves the cluster of the tab, paused too, and the session can be lived through again", async ({
  page,
}) => {
  await openPage(page);
  await page.evaluate(() => kubarium.pause());
  const events = follow(`${MAPS}?watch=true`);
  /** The next event. Events may come after the answer, and until something is asked again no time passes by itself. */
  const next = async (): Promise<string | undefined> => {
    let event: IteratorResult<string> | undefined;
    const coming = events.next().then((result) => (event = result));
    while (event === undefined) await page.evaluate(() => kubarium.runUntil(kubarium.scene().time + 1e5));
    return (await coming).value as string | undefined;
  };
  const until = async (wanted: string): Promise<void> => {
    for (;;) {
      const event = await next();
      if (event === undefined) throw new Error(`the watch ended before ${wanted}`);
      if (event === wanted) return;
    }
  };
  await until("ADDED kube-root-ca.crt");
  expect((await call("POST", MAPS, map("from-outside"))).status).toBe(201);
  await until("ADDED from-outside");
  expect((await call("POST", MAPS, map("from-outside"))).body.reason).toBe("AlreadyExists");
  expect((await call("DELETE", `${MAPS}/from-outside`)).status).toBe(200);
  await until("DELETED from-outside");

  const live: HistoryAnswer = await page.evaluate(() => kubarium.history());
  const args = [".ci/run-ts.mjs", "src/server/replay.ts"];
  const replayed = execFileSync(process.execPath, args, { input: JSON.stringify(live), encoding: "utf8" });
  expect(replayed.trim()).toBe(live.hash);

  // Back to before the deletion: the watch ends as when a server closes, and the object is there again.
  await page.evaluate(() => kubarium.undo());
  await until("end");
  expect((await call("GET", `${MAPS}/from-outside`)).status).toBe(200);
});

test("fails as a real cluster does when its masters are down", async ({ page }) => {
  await openPage(page);
  await page.evaluate(() => kubarium.pause());
  for (const host of ["master-1", "master-2", "master-3"]) {
    await page.evaluate((h) => kubarium.run({ type: "power-off", host: h }), host);
  }
  const { status, body } = await call("GET", "/api/v1/nodes");
  expect([status, body.reason]).toEqual([503, "ServiceUnavailable"]);
  expect(body.message).toMatch(/10\.0\.0\.10:6443/);
});

test("ends what is open when the tab is closed", async ({ page }) => {
  await openPage(page);
  const events = follow(`${MAPS}?watch=true`);
  await events.next();
  await page.close();
  const rest: string[] = [];
  for await (const event of events) rest.push(event);
  expect(rest.at(-1)).toBe("end");
  expect((await call("GET", "/api/v1/nodes")).body.message).toContain("no tab is open");
});

test("asks the tab that was opened last", async ({ context }) => {
  const first = await context.newPage();
  await openPage(first);
  expect((await call("POST", MAPS, map("in-the-first"))).status).toBe(201);
  const second = await context.newPage();
  await second.goto(server.url);
  await second.evaluate(() => kubarium.ready);
  await expect.poll(async () => (await call("GET", `${MAPS}/in-the-first`)).status).toBe(404);
  await second.close();
  await expect.poll(async () => (await call("GET", `${MAPS}/in-the-first`)).status).toBe(200);
});

test("connects again when the server was started anew, and says so until then", async ({ page }) => {
  await openPage(page);
  expect((await call("POST", MAPS, map("before-the-restart"))).status).toBe(201);
  await page.getByRole("button", { name: "Connect kubectl" }).click();
  const panel = page.getByRole("dialog", { name: "Connect kubectl" });
  await expect(panel).toContainText(server.command);
  const { port } = new URL(server.url);
  await server.stop();
  await expect(panel).toContainText("Is npm start still running?");
  server = await startBridgeServer(Number(port));
  // A new server has a token of its own, and the tab shows the new line.
  await expect(panel).toContainText(server.command, { timeout: 20_000 });
  expect((await call("GET", `${MAPS}/before-the-restart`)).status).toBe(200);
});

test("ends what was asked of a simulation that hangs when it is stopped, and serves the next", async ({
  page,
}) => {
  await page.clock.install();
  await openPage(page);
  const events = follow(`${MAPS}?watch=true`);
  await events.next();
  await hang(page, Infinity);
  const asked = call("GET", MAPS);
  await page.clock.runFor(12_000);
  await page.getByRole("button", { name: "Stop it and start afresh" }).click();
  const { status, body } = await asked;
  expect([status, body.message]).toEqual([503, "the tab with the cluster was closed"]);
  let last: string | undefined;
  for await (const event of events) last = event;
  expect(last).toBe("end");
  await expect.poll(async () => (await call("GET", MAPS)).status).toBe(200);
});

for (const theme of ["dark", "light"]) {
  test(`shows the line to paste, in the ${theme}`, async ({ page }) => {
    await page.goto(`${server.url}/?theme=${theme}`);
    await page.evaluate(() => kubarium.ready);
    await page.getByRole("button", { name: "Connect kubectl" }).click();
    const panel = page.getByRole("dialog", { name: "Connect kubectl" });
    await expect(panel).toContainText("Connected.");
    await expect(panel).toContainText(server.command);
    const { violations } = await new AxeBuilder({ page }).include("[role=dialog]").analyze();
    expect(violations).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(panel).toBeHidden();
  });
}

test("says so when it came from a server without a bridge", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(() => kubarium.ready);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("connect");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Connect kubectl" })).toContainText(
    "a server without a bridge",
  );
});
