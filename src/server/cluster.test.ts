import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { afterEach, describe, expect, it } from "vitest";

const running = new Set<ChildProcess>();
afterEach(async () => {
  const left = [...running].filter((child) => child.exitCode === null);
  running.clear();
  await Promise.all(left.map((child) => new Promise((done) => child.once("close", done).kill("SIGTERM"))));
});

/** Starts the program as `npm run cluster` does. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [".ci/run-ts.mjs", "src/server/cluster.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (output.out += String(chunk)));
  child.stderr.on("data", (chunk) => (output.err += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output, ended };
}

describe("npm run cluster", () => {
  it("explains itself, and what is wrong with its flags", async () => {
    const [help, wrong] = [start("--help"), start("--masters", "2")];
    expect(await help.ended).toBe(0);
    expect(help.output.out).toContain("usage: npm run cluster");
    expect(await wrong.ended).toBe(2);
    expect(wrong.output.out).toBe("");
    expect(wrong.output.err).toContain("masters must be 1, 3, 5 or 7, not 2");
  }, 60_000);

  it.each(["SIGINT", "SIGTERM"] as const)(
    "says when it is ready and where its kubeconfig is, and cleans up at %s",
    async (signal) => {
      const { child, output, ended } = start("--masters", "1", "--workers", "1", "--port", "0");
      await expect.poll(() => output.out, { timeout: 50_000 }).toMatch(/kubeconfig .*\n/);
      const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(output.out)?.[1] ?? "";
      const file = /^kubeconfig (.+)$/m.exec(output.out)?.[1] ?? "";
      expect((await fetch(`${url}/version`)).status).toBe(401);
      expect(existsSync(file)).toBe(true);
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(existsSync(file)).toBe(false);
    },
    60_000,
  );

  it("says which port is taken", async () => {
    const first = start("--masters", "1", "--workers", "0", "--workload", "none", "--port", "0");
    await expect.poll(() => first.output.out, { timeout: 50_000 }).toContain("ready");
    const port = /:(\d+)$/m.exec(first.output.out)?.[1] ?? "";
    const second = start("--port", port);
    expect(await second.ended).toBe(1);
    expect(second.output.err).toContain("port is taken");
  }, 60_000);
});
