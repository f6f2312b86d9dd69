import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAVE_CLIENTS, type Outcome, type RunOptions } from "./programs";
import { openWorld, type World } from "./world";

describe.skipIf(!HAVE_CLIENTS)("a session with the real kubectl", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 60_000);
  afterAll(() => world.close());

  const run = (line: string, options?: RunOptions): Promise<Outcome> =>
    world.home.kubectl(line.split(" "), options);

  it("shows what is there", async () => {
    const nodes = await run("get nodes");
    expect(nodes).toMatchObject({ code: 0, stderr: "" });
    expect(nodes.stdout).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION\nmaster-1 +Ready +control-plane/);
  });
});
