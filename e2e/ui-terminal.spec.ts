/** The terminal in the page, on a real cluster: a person types, and sees what the class sees. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";

const screenOf = (page: Page): Locator => page.locator(".xterm-rows");
const row = (page: Page, text: string | RegExp): Locator =>
  screenOf(page).locator("> div").filter({ hasText: text });
/** The prompt, with nothing behind it. */
const prompt = (page: Page): Locator => row(page, /^~ \$\s*$/);

/** Opens the page, pauses the cluster and opens the terminal by its key. */
async function open(page: Page): Promise<void> {
  await page.goto("/");
  await page.evaluate(() => window.kubarium.ready);
  await page.locator("section[data-host=master-1]").waitFor();
  await page.evaluate(() => window.kubarium.pause());
  await page.keyboard.press("`");
  await expect(page.getByRole("tab", { name: "kubectl" })).toHaveAttribute("aria-selected", "true");
  await expect(prompt(page)).toHaveCount(1);
}

async function run(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

test("kubectl answers in the page, pipes filter, and Escape leaves", async ({ page }) => {
  await open(page);
  await run(page, "kubectl get nodes");
  await expect(row(page, /^worker-2\s+Ready/)).toHaveCount(1);
  await run(page, "k get pods -A | grep coredns | wc -l");
  await expect(row(page, /^2\s*$/)).toHaveCount(1);
  await run(page, "kubectl get nosuch");
  await expect(row(page, `the server doesn't have a resource type "nosuch"`)).toHaveCount(1);
  // Keys of the stage are off while typing: this would toggle the list.
  await page.keyboard.type("v");
  await expect(page.locator("#outline")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tab", { name: "kubectl" })).toBeFocused();
  await page.keyboard.press("`");
  await expect(screenOf(page)).toBeHidden();
  await page.keyboard.press("`");
  await expect(row(page, /^worker-2\s+Ready/)).toHaveCount(1);
});

test("Tab completes programs, kinds, names and files; the history can be walked and searched", async ({
  page,
}) => {
  await open(page);
  await page.keyboard.type("kube");
  await page.keyboard.press("Tab");
  await page.keyboard.type("get deploym");
  await page.keyboard.press("Tab");
  await page.keyboard.type("we");
  await page.keyboard.press("Tab");
  await expect(row(page, /^~ \$ kubectl get deployments?(?:\.apps)? web/)).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(row(page, /^web\s+3\/3/)).toHaveCount(1);
  await page.keyboard.type("cat po");
  await page.keyboard.press("Tab");
  await run(page, "| head -2");
  await expect(row(page, /^kind: Pod/)).toHaveCount(1);
  await page.keyboard.press("Control+r");
  await page.keyboard.type("deploy");
  await expect(row(page, /\(search\)`deploy': kubectl get deployments?/)).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(row(page, /^web\s+3\/3/)).toHaveCount(2);
});

test("the stage follows a line, and undo takes it back with what was typed later", async ({ page }) => {
  await open(page);
  const ready = page.locator('[data-pod^="default/web-"][data-fill=full]');
  await expect(ready).toHaveCount(3);
  await run(page, "kubectl delete pods -l app=web --wait=false");
  await expect(row(page, /^pod "web-\S+" deleted/)).toHaveCount(3);
  const ending = page.locator('[data-pod^="default/web-"][data-look=terminating]');
  await expect(ending).toHaveCount(3);
  await run(page, "echo later");
  await expect(row(page, /^later/)).toHaveCount(1);
  await page.getByRole("button", { name: /Undo the last action/ }).click();
  await expect(ready).toHaveCount(3);
  await expect(ending).toHaveCount(0);
  await expect(row(page, /rewound to/)).toHaveCount(1);
  await page.getByRole("group", { name: /Terminal/ }).click();
  await page.keyboard.press("ArrowUp");
  await expect(prompt(page)).toHaveCount(1);
});

test("a watch goes on until Ctrl+C, and the ledger's button says what it is with kubectl", async ({
  page,
}) => {
  await open(page);
  await run(page, "kubectl get pods -w");
  await expect(row(page, /^web-\S+\s+1\/1/)).toHaveCount(3);
  await expect(page.getByText("Time stands still.")).toBeVisible();
  await page.getByRole("button", { name: "One more web" }).click();
  await page.evaluate(() => window.kubarium.runUntil(window.kubarium.scene().time + 5e6));
  await expect(row(page, /^web-\S+\s+0\/1\s+Pending/).first()).toBeVisible();
  await expect(row(page, "kubectl scale deployment/web --replicas=4")).toHaveCount(1);
  await page.getByRole("group", { name: /Terminal/ }).click();
  await page.keyboard.press("Control+c");
  await expect(row(page, "^C")).toHaveCount(1);
  await run(page, "echo $?");
  await expect(row(page, /^130/)).toHaveCount(1);
});

test("a line of output lights its pod up on the stage, and a click selects it", async ({ page }) => {
  await open(page);
  await run(page, "kubectl get pods");
  const line = row(page, /^web-\S+\s+1\/1/).first();
  await expect(line).toBeVisible();
  const name = (/^(\S+)/.exec((await line.textContent()) ?? "") ?? [])[1] ?? "";
  const box = await line.boundingBox();
  if (!box) throw new Error("the line is not on the screen");
  await page.mouse.move(box.x + 20, box.y + box.height / 2);
  await page.mouse.move(box.x + 24, box.y + box.height / 2);
  const pod = page.locator(`[data-pod="default/${name}"]`);
  await expect(pod).toHaveAttribute("data-pointed", "true");
  await page.mouse.click(box.x + 24, box.y + box.height / 2);
  await page.mouse.move(box.x + 24, 100);
  await expect(pod).not.toHaveAttribute("data-pointed", "true");
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  await expect(page.getByRole("heading", { name })).toBeVisible();
});

test("vi opens the editor; saved text is in the file, unsaved changes can be brought back", async ({
  page,
}) => {
  await open(page);
  await run(page, "vi pod.yaml");
  const editor = page.getByRole("region", { name: "Editor: pod.yaml" });
  await expect(editor.getByRole("textbox")).toBeFocused();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(editor).toHaveCount(0);
  await page.getByRole("button", { name: "Open again with my changes" }).click();
  await expect(editor.getByText("# mine")).toBeVisible();
  await page.keyboard.press("Control+s");
  await expect(editor).toHaveCount(0);
  await run(page, "head -1 pod.yaml");
  await expect(row(page, /^# mine/)).toHaveCount(1);
});

test("several pasted lines run one after another, here-documents too", async ({ page }) => {
  await open(page);
  const pasted = "cat > note <<EOF\none\ntwo\nEOF\nwc -l note\necho done | tr a-z A-Z\n";
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document
      .querySelector(".xterm-helper-textarea")
      ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, pasted);
  await expect(row(page, /^2 note/)).toHaveCount(1);
  await expect(row(page, /^DONE/)).toHaveCount(1);
});

test("lines typed while another still runs are run after it", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.kubarium.resume());
  await run(page, "sleep 20");
  await run(page, "echo typed ahead | tr a-z A-Z");
  await page.keyboard.type("echo begun");
  await expect(row(page, /TYPED AHEAD/)).toHaveCount(1);
  await expect(row(page, /\$ echo begun\s*$/)).toHaveCount(1);
});

test("the page shows the time that a line has taken of a paused cluster, though it goes on", async ({
  page,
}) => {
  await open(page);
  const now = (): Promise<number> => page.evaluate(() => window.kubarium.scene().time);
  const from = await now();
  await run(page, "sleep 1000");
  await expect.poll(now).toBeGreaterThan(from + 60_000_000);
  await run(page, "echo typed ahead");
  await expect(page.getByText("Time stands still")).toBeVisible();
  expect(await now()).toBeLessThan(from + 80_000_000);
});

test("what is typed while the terminal is still loaded is not lost", async ({ page }) => {
  await page.goto("/");
  await page.evaluate(() => window.kubarium.ready);
  await page.locator("section[data-host=master-1]").waitFor();
  await page.keyboard.press("`");
  await run(page, "echo abcdefghijklmnopqrstuvwxyz | tr a-z A-Z");
  await expect(row(page, /^ABCDEFGHIJKLMNOPQRSTUVWXYZ/)).toHaveCount(1);
});

test("the dock can be made taller by keys and by dragging, and the editor leaves the stage in view", async ({
  page,
}) => {
  await open(page);
  const zoom = async (): Promise<number> => {
    const box = await page.locator("section[data-host=master-1]").boundingBox();
    return (box?.width ?? 0) / 302;
  };
  await expect.poll(zoom).toBeGreaterThan(0.64);
  await run(page, "vi web.yaml");
  const editor = page.getByRole("region", { name: "Editor: web.yaml" });
  await expect(editor.getByRole("textbox")).toBeFocused();
  await expect.poll(zoom).toBeGreaterThan(0.64);
  await page.keyboard.press("Escape");
  await expect(editor).toHaveCount(0);
  const handle = page.getByRole("separator", { name: "Height of the dock" });
  const height = async (): Promise<number> => Number(await handle.getAttribute("aria-valuenow"));
  const first = await height();
  await handle.focus();
  await page.keyboard.press("ArrowUp");
  await expect.poll(height).toBe(first + 20);
  await page.keyboard.press("Enter");
  await expect.poll(height).toBe(first);
  const box = await handle.boundingBox();
  if (!box) throw new Error("the handle is not on the screen");
  await page.mouse.move(box.x + 300, box.y + 6);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y - 94);
  await page.mouse.up();
  await expect.poll(height).toBeGreaterThan(first + 90);
  await page.getByRole("button", { name: "Shorter" }).click();
  await expect.poll(height).toBe(first);
});

test("etcdctl wants etcd's certificate, and shows the members with it", async ({ page }) => {
  await open(page);
  await run(page, "source etcd.env; etcdctl member list");
  await expect(row(page, /^3, started, master-3/)).toHaveCount(1);
});

for (const theme of ["dark", "light"]) {
  test(`the dock has no accessibility violations in the ${theme} theme`, async ({ page }) => {
    await page.goto(`/?theme=${theme}`);
    await page.evaluate(() => window.kubarium.ready);
    await page.evaluate(() => window.kubarium.pause());
    await page.keyboard.press("`");
    await expect(prompt(page)).toHaveCount(1);
    await run(page, "kubectl get pods");
    await expect(row(page, /^web-/)).toHaveCount(3);
    await page.getByRole("button", { name: "Screen reader support" }).click();
    expect((await new AxeBuilder({ page }).include(".dock").analyze()).violations).toEqual([]);
    await page.getByRole("group", { name: /Terminal/ }).click();
    await run(page, "vi pod.yaml");
    await expect(page.getByRole("textbox", { name: "Editor: pod.yaml" })).toBeFocused();
    const { violations } = await new AxeBuilder({ page }).include(".dock").include(".editor").analyze();
    expect(violations).toEqual([]);
  });
}
