import { describe, expect, it } from "vitest";
import { parseOptions } from "./options";

const parse = (line: string) => parseOptions(line === "" ? [] : line.split(" "));

describe("options", () => {
  it("have defaults", () => {
    expect(parse("")).toEqual({
      ok: true,
      value: {
        config: { seed: 1, masters: 3, workers: 3, cloud: true, workload: "web", traffic: 5 },
        speed: 1,
        port: 8001,
      },
    });
  });

  it("are read from flags, with = or without", () => {
    expect(
      parse(
        "--masters 5 --workers=40 --seed 7 --speed 0.5 --port 0 --on-premises --workload none --traffic 0",
      ),
    ).toEqual({
      ok: true,
      value: {
        config: { seed: 7, masters: 5, workers: 40, cloud: false, workload: "none", traffic: 0 },
        speed: 0.5,
        port: 0,
      },
    });
  });

  it("can ask for help", () => {
    expect(parse("--help --masters 3")).toEqual({ ok: true, value: "help" });
  });

  it.each([
    ["--masters 2", "masters must be 1, 3, 5 or 7"],
    ["--masters three", "masters must be 1, 3, 5 or 7"],
    ["--workers -1", "--workers"],
    ["--workers 5001", "workers must be an integer"],
    ["--workers 1e3", "workers must be an integer"],
    ["--seed 4294967296", "seed must be an integer"],
    ["--seed 0x10", "seed must be an integer"],
    ["--speed 0", "speed must be a number"],
    ["--speed 1001", "speed must be a number"],
    ["--speed fast", "speed must be a number"],
    ["--port 65536", "port must be an integer"],
    ["--port 80.5", "port must be an integer"],
    ["--workload db", "unknown workload db"],
    ["--nodes 3", "--nodes"],
    ["--on-premises=yes", "--on-premises"],
    ["serve", "serve"],
    ["--masters", "--masters"],
  ])("refuse %s", (line, message) => {
    const result = parse(line);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.error).toContain(message);
  });
});
