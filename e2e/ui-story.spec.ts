/**
 * The user story, through the page, on a real cluster: each test does what a user would do and asserts what the
 * user would see and what the API says.
 */
import { expect, test } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import type { ApiAnswer, HistoryAnswer } from "../src/worker/protocol/protocol";

const SECOND = 1e6;

const open = async (page: Page): Promise<void> => {
  await page.goto("/");
  await page.evaluate(() => window.kubarium.ready);
  await page.locator("section[data-host=master-1]").waitFor();
  await page.evaluate(() => window.kubarium.pause());
};

const card = (page: Page, host: string): Locator => page.locator(`section[data-host=${host}]`);
const health = (page: Page): Locator => page.getByRole("status");
const readyWeb = (page: Page): Locator => page.locator('[data-pod^="default/web-"][data-fill=full]');

/** Opens the menu of a machine by keyboard and chooses a row. */
async function onHost(page: Page, host: string, row: RegExp): Promise<void> {
  await card(page, host).locator(".name").click({ button: "right" });
  await page.getByRole("menuitem", { name: row }).click();
}

const runFor = (page: Page, seconds: number): Promise<void> =>
  page.evaluate(async (span) => {
    await window.kubarium.runUntil(window.kubarium.scene().time + span);
  }, seconds * SECOND);

/** Reads an object from the simulated API server; the clock runs as far as the answer needs. */
async function get<T>(page: Page, path: string): Promise<T> {
  const answer: ApiAnswer = await page.evaluate(
    (asked) => window.kubarium.request({ method: "GET", path: asked }),
    path,
  );
  expect(answer.status).toBe(200);
  return answer.body as T;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly spec: { readonly nodeName?: string };
  }[];
}

const WEB_PODS = "/api/v1/namespaces/default/pods?labelSelector=app%3Dweb";
const WEB = "/apis/apps/v1/namespaces/default/deployments/web";

interface Deployment {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly readyReplicas?: number; readonly updatedReplicas?: number };
}

test("a cluster runs within three seconds, and messages travel", async ({ page }) => {
  const start = Date.now();
  await page.goto("/");
  await page.evaluate(() => window.kubarium.ready);
  await expect(card(page, "worker-3")).toHaveAttribute("data-believed", "Ready");
  // Generous: the machine that tests run on does other things, too. The bench holds the real figure.
  expect(Date.now() - start).toBeLessThan(10_000);
  await expect(health(page)).toContainText("3/3 etcd");
  await expect(readyWeb(page)).toHaveCount(3);
  const clock = page.locator("[data-clock]");
  const before = await clock.textContent();
  await expect(clock).not.toHaveText(before ?? "");
});

test("a worker loses its power, is found out, and comes back", async ({ page }) => {
  await open(page);
  const lost = card(page, "worker-2");
  await onHost(page, "worker-2", /Power off/);
  await expect(lost).toHaveAttribute("data-actual", "off");
  await runFor(page, 10);
  await expect(lost).toHaveAttribute("data-believed", "Ready");
  const ghosts = page.locator('[data-pod^="default/web-"][data-actual=none]');
  const died = await ghosts.count();
  expect(died).toBeGreaterThan(0);
  await expect(ghosts.first()).toHaveAttribute("data-believed", "Running");
  await expect(page.locator('[data-workload="Deployment/default/web"]')).toContainText(`really ${3 - died}`);

  await runFor(page, 50);
  await expect(lost).toHaveAttribute("data-believed", "NotReady");
  await expect(health(page)).toContainText("5/6 nodes ready");

  await runFor(page, 330);
  await expect(readyWeb(page)).toHaveCount(3);
  await expect(lost.locator("[data-pod][data-fill=full]")).toHaveCount(0);
  const { items } = await get<PodList>(page, WEB_PODS);
  const alive = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  expect(alive).toHaveLength(3);
  expect(alive.map(({ spec }) => spec.nodeName)).not.toContain("worker-2");

  await onHost(page, "worker-2", /Power on/);
  await runFor(page, 60);
  await expect(lost).toHaveAttribute("data-believed", "Ready");
  await expect(health(page)).toContainText("6/6 nodes ready");
});

test("two masters lose their power: no writes, but the pods live on", async ({ page }) => {
  await open(page);
  await onHost(page, "master-1", /Power off/);
  await runFor(page, 30);
  await expect(health(page)).toContainText("2/3 etcd");
  await expect(page.locator("[data-process$='/etcd'][data-role=leading], .role.lead")).not.toHaveCount(0);
  await page.getByRole("button", { name: "One more web" }).click();
  await runFor(page, 20);
  await expect(readyWeb(page)).toHaveCount(4);

  await onHost(page, "master-2", /Power off/);
  await runFor(page, 10);
  await expect(health(page)).toContainText("no quorum");
  await page.getByRole("button", { name: "One more web" }).click();
  await runFor(page, 60);
  await expect(page.locator("[data-toast]").first()).toContainText("failed");
  await expect(readyWeb(page)).toHaveCount(4);

  const pod = readyWeb(page).first();
  const name = (await pod.getAttribute("data-pod")) ?? "";
  await pod.click({ button: "right" });
  await page.getByRole("menuitem", { name: /Crash its container/ }).click();
  await expect(page.locator(`[data-pod="${name}"]`)).not.toHaveAttribute("data-actual", "ready");
  await runFor(page, 30);
  await expect(page.locator(`[data-pod="${name}"]`)).toHaveAttribute("data-actual", "ready");

  await onHost(page, "master-1", /Power on/);
  await onHost(page, "master-2", /Power on/);
  await runFor(page, 90);
  await expect(health(page)).toContainText("3/3 etcd");
  await expect(health(page)).toContainText("writes OK");
  expect((await get<Deployment>(page, WEB)).spec.replicas).toBe(4);
});

test("a crashed process is restarted, a deleted pod replaced", async ({ page }) => {
  await open(page);
  const scheduler = page.locator('[data-process="master-1/kube-scheduler"]');
  await scheduler.click({ button: "right" });
  await page.getByRole("menuitem", { name: /Crash kube-scheduler/ }).click();
  await expect(scheduler).toHaveAttribute("data-actual", "off");
  await runFor(page, 60);
  await expect(scheduler).toHaveAttribute("data-actual", "on");

  const pod = readyWeb(page).first();
  const name = (await pod.getAttribute("data-pod")) ?? "";
  await pod.click({ button: "right" });
  await page.getByRole("menuitem", { name: /Delete pod/ }).click();
  await runFor(page, 60);
  await expect(page.locator(`[data-pod="${name}"]`)).toHaveCount(0);
  await expect(readyWeb(page)).toHaveCount(3);
});

test("scales by button, number and key", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "One more web" }).click();
  await page.getByRole("button", { name: "One more web" }).click();
  await runFor(page, 20);
  await expect(readyWeb(page)).toHaveCount(5);
  await page.getByRole("textbox", { name: "How many web" }).fill("12");
  await page.keyboard.press("Enter");
  await runFor(page, 40);
  await expect(readyWeb(page)).toHaveCount(12);
  expect((await get<Deployment>(page, WEB)).status.readyReplicas).toBe(12);
  await page.getByRole("textbox", { name: "How many web" }).fill("0");
  await page.keyboard.press("Enter");
  await runFor(page, 60);
  await expect(page.locator('[data-pod^="default/web-"]')).toHaveCount(0);
  await page.locator("section[data-host=master-1] .name").focus();
  await page.keyboard.press("+");
  await runFor(page, 20);
  await expect(readyWeb(page)).toHaveCount(1);
});

test("a new image rolls out", async ({ page }) => {
  await open(page);
  await page
    .locator('[data-workload="Deployment/default/web"]')
    .getByTitle(/change the image/)
    .click();
  await page.getByRole("textbox", { name: /Which image/ }).fill("kubarium/web:2.0");
  await page.keyboard.press("Enter");
  await page.evaluate(() =>
    window.kubarium.runUntil((scene) =>
      Object.values(scene.workloads).some(({ name, rolling }) => name === "web" && rolling),
    ),
  );
  await expect(page.locator('[data-workload="Deployment/default/web"]')).toContainText("at most");
  await runFor(page, 90);
  await expect(readyWeb(page)).toHaveCount(3);
  const { status } = await get<Deployment>(page, WEB);
  expect(status).toMatchObject({ updatedReplicas: 3, readyReplicas: 3 });
});

test("workers join, are cordoned, and leave", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: /Scenario/ }).click();
  await page.getByRole("button", { name: "Add a worker" }).click();
  await page.keyboard.press("Escape");
  await runFor(page, 60);
  await expect(card(page, "worker-4")).toHaveAttribute("data-believed", "Ready");
  await onHost(page, "worker-4", /^Cordon/);
  await runFor(page, 2);
  await expect(card(page, "worker-4").locator("[title=cordoned]")).toBeVisible();
  await onHost(page, "worker-4", /Remove this worker/);
  await runFor(page, 120);
  await expect(card(page, "worker-4")).toHaveCount(0);
});

test("the network is cut and healed", async ({ page }) => {
  await open(page);
  await card(page, "worker-3").locator(".name").click();
  await page.keyboard.press("x");
  await expect(page.locator('[data-cut="worker-3 *"]')).toBeVisible();
  await runFor(page, 70);
  await expect(card(page, "worker-3")).toHaveAttribute("data-believed", "NotReady");
  await expect(card(page, "worker-3")).toHaveAttribute("data-actual", "on");
  await page.locator('[data-cut="worker-3 *"]').click();
  await runFor(page, 30);
  await expect(page.locator("[data-cut]")).toHaveCount(0);
  await expect(card(page, "worker-3")).toHaveAttribute("data-believed", "Ready");
});

const history = (page: Page): Promise<HistoryAnswer> => page.evaluate(() => window.kubarium.history());

test("time steps, and goes back to the byte", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Home");
  await expect(page.locator("[data-clock]")).toHaveText("00:00.0");
  const start = await history(page);
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await history(page)).time).toBeGreaterThan(start.time);
  await page.keyboard.press("f");
  const before = await history(page);
  await onHost(page, "worker-1", /Power off/);
  await runFor(page, 100);
  await expect(card(page, "worker-1")).toHaveAttribute("data-believed", "NotReady");
  await page.keyboard.press("z");
  await expect(card(page, "worker-1")).toHaveAttribute("data-actual", "on");
  const after = await history(page);
  expect(after.hash).toBe(before.hash);
  expect(after.time).toBe(before.time);
  await page.keyboard.press("Home");
  await expect.poll(async () => (await history(page)).hash).toBe(start.hash);
});

test("another cluster: one master, on-premises", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: /Scenario/ }).click();
  await page.getByText("1", { exact: true }).click();
  await page.getByText("On-premises").click();
  await page.getByRole("button", { name: "Build it" }).click();
  await expect(health(page)).toContainText("1/1 etcd");
  await expect(card(page, "master-2")).toHaveCount(0);
  await expect(page.locator("[data-host=cloud]")).toHaveCount(0);
  await expect(page.locator("[data-process$=cloud-controller-manager]")).toHaveCount(0);
});
