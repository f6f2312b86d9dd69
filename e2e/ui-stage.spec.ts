/** The stage alone, over scenes made by hand: what it draws, and what it asks of the worker. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { fakeWorker } from "./fixtures/fake-worker";
import { CLASSROOM, CLOCK, EVERY_LOOK, MESSAGES, makeScene } from "./fixtures/scene";

const open = async (
  page: Page,
  options: { theme?: string; shape?: typeof CLASSROOM } = {},
): Promise<void> => {
  const scene = makeScene(options.shape ?? CLASSROOM, EVERY_LOOK);
  await fakeWorker(page, { scene, clock: CLOCK, messages: MESSAGES });
  await page.goto(`/?theme=${options.theme ?? "dark"}`);
  await page.locator("section[data-host=master-1]").waitFor();
};

const sent = (page: Page): Promise<readonly { readonly t: string }[]> =>
  page.evaluate(() => (window as unknown as { sentToWorker: { t: string }[] }).sentToWorker);

test("shows the three truths", async ({ page }) => {
  await open(page);
  const dead = page.locator("section[data-host=worker-2]");
  await expect(dead).toHaveAttribute("data-believed", "Ready");
  await expect(dead).toHaveAttribute("data-actual", "off");
  const ghost = page.locator('[data-pod="default/web-6d4cf56db6-q3v8t"]');
  await expect(ghost).toHaveAttribute("data-believed", "Running");
  await expect(ghost).toHaveAttribute("data-actual", "none");
  await expect(ghost).toHaveAttribute("data-fill", "none");
  await expect(page.locator('[data-workload="Deployment/default/web"]')).toContainText("really 2");
  await expect(page.getByRole("status")).toHaveText(/etcd members up/);

  await page.keyboard.press("h");
  await expect(ghost).toHaveAttribute("data-fill", "full");
  await expect(page.locator('[data-workload="Deployment/default/web"]')).not.toContainText("really");
});

test("one menu, by mouse and keyboard, with the kubectl of each entry", async ({ page }) => {
  await open(page);
  await page.locator("section[data-host=worker-3] .name").focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu").first();
  await expect(menu).toContainText("kubectl cordon worker-3");
  await expect(menu.getByRole("menuitem", { name: /Power off/ })).toContainText("no kubectl equivalent");
  await menu.getByRole("menuitem", { name: /Power off/ }).click();
  await expect(menu).toBeHidden();
  expect(await sent(page)).toContainEqual({ t: "command", command: { type: "power-off", host: "worker-3" } });

  await page.locator('[data-pod="default/web-6d4cf56db6-x7k2p"]').click({ button: "right" });
  await page.getByRole("menuitem", { name: /Crash its container/ }).click();
  expect(await sent(page)).toContainEqual({
    t: "command",
    command: { type: "crash-container", namespace: "default", pod: "web-6d4cf56db6-x7k2p" },
  });
});

test("scales with a button, a number and a key, and tells what the API refused", async ({ page }) => {
  await open(page);
  const scaleTo = (replicas: number): object =>
    expect.objectContaining({
      t: "request",
      request: expect.objectContaining({ body: { spec: { replicas } } }),
    });
  await page.getByRole("button", { name: "One more web" }).click();
  await expect(page.locator("[data-toast]")).toContainText("deployments.apps is forbidden (403)");
  expect(await sent(page)).toContainEqual(scaleTo(4));

  await page.getByRole("textbox", { name: "How many web" }).fill("17");
  await page.keyboard.press("Enter");
  await expect.poll(() => sent(page)).toContainEqual(scaleTo(17));
});

test("keys move time, and not while typing", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("z");
  const kinds = (await sent(page)).map(({ t }) => t);
  expect(kinds).toEqual(["init", "play", "pause", "step", "undo"]);
  await page.getByRole("textbox", { name: "How many web" }).focus();
  await page.keyboard.press("z");
  await page.keyboard.press("Space");
  expect((await sent(page)).length).toBe(5);
});

test("a stroke across a wire cuts it", async ({ page }) => {
  await open(page);
  await page.keyboard.press("c");
  const card = await page.locator("section[data-host=worker-3]").boundingBox();
  if (!card) throw new Error("no card");
  const x = card.x + 7;
  await page.mouse.move(x - 25, card.y - 20);
  await page.mouse.down();
  await page.mouse.move(x + 25, card.y - 20, { steps: 4 });
  await page.mouse.up();
  expect(await sent(page)).toContainEqual({
    t: "command",
    command: { type: "cut", a: "worker-3", b: "*", direction: "both" },
  });
});

test("the inspector opens on a double click and closes with Escape", async ({ page }) => {
  await open(page);
  await page.locator('[data-pod="default/web-6d4cf56db6-x7k2p"]').dblclick();
  const inspector = page.locator("[data-inspector]");
  await expect(inspector).toContainText("Replicas");
  await inspector.getByRole("tab", { name: "YAML" }).click();
  await expect(inspector.locator("[data-yaml]")).toContainText("kind: Deployment");
  await inspector.getByRole("tab", { name: "Events" }).click();
  await expect(inspector).toContainText("Scaled up");
  await page.keyboard.press("Escape");
  await expect(inspector).toBeHidden();
});

test("becomes a list on a small screen, with the same actions", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await fakeWorker(page, { scene: makeScene(), clock: CLOCK, messages: [] });
  await page.goto("/");
  const list = page.locator("#outline");
  expect(await list.evaluate((e) => e.scrollWidth - e.clientWidth)).toBe(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await expect(list.getByRole("row", { name: /worker-1/ }).first()).toContainText("kubelet");
  await page.getByRole("button", { name: "Actions for worker-1" }).click();
  await page.getByRole("menuitem", { name: /Power off/ }).click();
  expect(await sent(page)).toContainEqual({ t: "command", command: { type: "power-off", host: "worker-1" } });
});

for (const theme of ["dark", "light"]) {
  test(`has no accessibility violations: ${theme}`, async ({ page }) => {
    await open(page, { theme });
    await page.keyboard.press("Space");
    const graph = await new AxeBuilder({ page }).analyze();
    expect(graph.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await page.locator("section[data-host=worker-3] .name").dblclick();
    await page.locator("[data-inspector] .facts").waitFor();
    await page.keyboard.press("v");
    await page.locator("#outline").waitFor();
    const list = await new AxeBuilder({ page }).analyze();
    expect(list.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
}

test("groups what is too much to draw one by one, and says how much", async ({ page }) => {
  await open(page, { shape: { masters: 3, workers: 70, pods: 700, cloud: true } });
  await expect(page.locator("[data-host=worker-70]")).toHaveAttribute("data-believed", "Ready");
  await expect(page.locator("[data-host=worker-2]")).toHaveAttribute("data-actual", "off");
  await expect(page.getByText("70/70 ready")).toBeVisible();
  await expect(page.locator("[data-pod]")).toHaveCount(1);
});

test("a broken simulation offers the way back", async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const { Worker } = window as unknown as {
      Worker: { last: { onmessage: (e: { data: unknown }) => void } };
    };
    Worker.last.onmessage({ data: { t: "fatal", error: "assertion failed: a bug" } });
  });
  await expect(page.getByRole("alert")).toContainText("The simulation itself broke");
  await page.getByRole("button", { name: /Try again/ }).click();
  await expect(page.getByRole("alert")).toBeHidden();
  await expect(page.locator("section[data-host=master-1]")).toBeVisible();
});
