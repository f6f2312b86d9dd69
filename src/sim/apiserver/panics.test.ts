import { beforeEach, expect, it, vi } from "vitest";
import { AssertionError } from "../../shared/assert";
import { configMaps } from "../api/kinds/config-map";
import { CONFIG_MAPS, configMap } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

let world: ApiWorld;
const log: string[] = [];
beforeEach(() => {
  world = new ApiWorld();
  log.length = 0;
  const server = world.masters[0]?.processes.get("kube-apiserver");
  if (server !== undefined) {
    server.output = (line) => log.push(typeof line === "string" ? line : line());
  }
});

function breakOnce(error: Error): void {
  vi.spyOn(configMaps, "validateCreate").mockImplementationOnce(() => {
    throw error;
  });
}

it("an error that nobody expected ends one request, and is told in the log", () => {
  breakOnce(new TypeError("x is undefined"));
  const { status, body } = world.create(CONFIG_MAPS, configMap("a"));
  expect(status).toBe(500);
  expect(body).toMatchObject({
    kind: "Status",
    reason: "InternalError",
    message: "Internal error occurred: This request caused apiserver to panic. Look in the logs for details.",
  });
  expect(log.map((line) => line.slice(line.indexOf("]") + 2))).toEqual([
    '"Observed a panic" panic="TypeError: x is undefined"',
    `"apiserver panic'd" method="POST" URI="${CONFIG_MAPS}"`,
  ]);
  expect(world.view()?.inFlight).toBe(0);
  expect(world.create(CONFIG_MAPS, configMap("a")).status).toBe(201);
});

it("a broken invariant stops the run", () => {
  breakOnce(new AssertionError("never"));
  expect(() => world.create(CONFIG_MAPS, configMap("a"))).toThrow(AssertionError);
});
