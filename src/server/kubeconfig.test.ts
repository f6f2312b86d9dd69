import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { writeKubeconfig } from "./kubeconfig";

it("writes a kubeconfig that only this user can read, and takes it away again", () => {
  const file = writeKubeconfig("http://127.0.0.1:8001", "t0ken");
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  const config = parse(readFileSync(file.path, "utf8"));
  const context = config.contexts[0].context;
  expect(config["current-context"]).toBe(config.contexts[0].name);
  expect(config.clusters.find((c: any) => c.name === context.cluster).cluster.server).toBe(
    "http://127.0.0.1:8001/token/t0ken",
  );
  expect(config.users.find((u: any) => u.name === context.user).user).toEqual({ token: "t0ken" });
  file.remove();
  expect(existsSync(file.path)).toBe(false);
});
