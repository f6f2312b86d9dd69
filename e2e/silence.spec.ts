/** A worker that does not answer: the page says so, takes it back, and offers to stop it and go back. */
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { hang } from "./fixtures/hang";

/** Opens the page with a clock that can be put forward, and lets the worker do one thing. */
async function open(page: Page): Promise<void> {
  await page.clock.install();
  await page.goto("/");
  await page.evaluate(() => kubarium.ready);
  await page.evaluate(() => kubarium.pause());
  await page.evaluate(() => kubarium.run({ type: "power-off", host: "worker-1" }));
}

test("a simulation that hangs can be stopped, and nothing that was done is lost", async ({ page }) => {
  await open(page);
  await page.evaluate(() => kubarium.run({ type: "power-off", host: "worker-2" }));
  const before = await page.evaluate(() => kubarium.history());
  await hang(page, Infinity);
  await page.keyboard.press("Space");
  await page.clock.runFor(12_000);
  const note = page.getByRole("alert").filter({ hasText: "does not answer" });
  await expect(note).toBeVisible();
  await note.getByRole("button", { name: /try again from its history/ }).click();
  await expect(page.getByRole("alert")).toBeHidden();
  await expect(page.locator("section[data-host=worker-2]")).toHaveAttribute("data-actual", "off");
  const again = await page.evaluate(() => kubarium.history());
  expect(again).toEqual(before);

  await hang(page, Infinity);
  await page.keyboard.press("Space");
  await page.clock.runFor(12_000);
  await note.getByRole("button", { name: /before what was done last/ }).click();
  await expect(page.getByRole("alert")).toBeHidden();
  await expect(page.locator("section[data-host=worker-2]")).not.toHaveAttribute("data-actual", "off");
  const { history } = await page.evaluate(() => kubarium.history());
  expect(history.entries).toEqual(before.history.entries.slice(0, 1));
});

test("a simulation that comes back takes the note away", async ({ page }) => {
  await open(page);
  await hang(page, 4000);
  await page.keyboard.press("Space");
  await page.clock.runFor(12_000);
  const note = page.locator("[data-silence]");
  await expect(note).toBeVisible();
  await expect(note).toBeHidden();
});
