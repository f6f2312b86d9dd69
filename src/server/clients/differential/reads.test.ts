/**
 * The real kubectl and the page's, side by side: the same line, the same cluster, the same instant; the same output,
 * errors and exit code. Nothing here changes the cluster.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAVE_CLIENTS } from "../programs";
import { openWorld, type World } from "../world";
import { plain, withoutTicks } from "./compare";
import { DIFFERENT } from "./different";
import { PageShell } from "./page-shell";
import { READS, WRONG_FILES } from "./reads";
import { STOCK, STOCK_ORDER } from "./stock";

/** Commands whose ages are worked out by kubectl itself. */
const OWN_AGES = /^kubectl (describe|events)\b|--server-print=false|--subresource=/;

describe.skipIf(!HAVE_CLIENTS)("the page's kubectl prints what the real one prints", () => {
  let world: World;
  let page: PageShell;
  beforeAll(async () => {
    world = await openWorld({ workers: 2 });
    page = new PageShell(world.cluster);
    for (const [name, text] of Object.entries({ ...STOCK, ...WRONG_FILES })) {
      writeFileSync(path.join(world.home.folder, name), text);
      page.write(name, text);
    }
    for (const files of STOCK_ORDER) {
      const args = files.flatMap((file) => ["-f", file]);
      const applied = await world.home.kubectl(["apply", ...args]);
      expect(applied).toMatchObject({ code: 0, stderr: "" });
      world.time.pass(2);
    }
    world.time.pass(150);
  }, 120_000);
  afterAll(() => world.close());

  /** Ages tick at whole seconds: both programs run within one. */
  const beginSecond = (): void => {
    const { now } = world.cluster.kernel;
    world.time.pass((1_000_000 - (now % 1_000_000) + 50_000) / 1_000_000);
  };

  describe.each(Object.entries(READS))("%s", (_about, lines) => {
    it.each(lines.filter((line) => !DIFFERENT.has(line)))("%s", async (line) => {
      beginSecond();
      // The cluster may move while the real one asks (metrics are scraped): it says what ours says before or after.
      const before = plain(page.run(line), undefined);
      const real = plain(await world.home.shell(line), world.clock);
      const ours = plain(page.run(line), undefined);
      if (!OWN_AGES.test(line)) {
        expect(isDeepStrictEqual(before, real) ? before : ours).toEqual(real);
        return;
      }
      const [a, b] = [withoutTicks(ours.stdout), withoutTicks(real.stdout)];
      expect({ ...ours, stdout: a.words }).toEqual({ ...real, stdout: b.words });
      a.ages.forEach((age, i) => expect(Math.abs(age - (b.ages[i] ?? 0))).toBeLessThanOrEqual(2));
    });
  });
});
