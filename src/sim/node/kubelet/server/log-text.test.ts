import { describe, expect, it } from "vitest";
import { LogFile } from "../../runtime/cri/log-file";
import { LogText, readLog, type LogOptions } from "./log-text";

const ALL: LogOptions = { tailLines: undefined, limitBytes: Infinity, since: -Infinity, timestamps: false };

/** A log of the lines 0 to n-1, a second apart. */
function logOf(n: number): LogFile {
  const file = new LogFile();
  for (let i = 0; i < n; i++) file.append({ at: i * 1_000_000, text: i % 2 === 0 ? `${i}` : () => `${i}` });
  return file;
}

describe("readLog", () => {
  it.each<[string, Partial<LogOptions>, string]>([
    ["all", {}, "0\n1\n2\n3\n"],
    ["the newest two", { tailLines: 2 }, "2\n3\n"],
    ["none", { tailLines: 0 }, ""],
    ["more than there are", { tailLines: 9 }, "0\n1\n2\n3\n"],
    ["from a time on", { since: 2_000_000 }, "2\n3\n"],
    ["of the newest those from a time on", { since: 3_000_000, tailLines: 2 }, "3\n"],
    ["so many bytes", { limitBytes: 5 }, "0\n1\n2"],
    ["with times", { tailLines: 1, timestamps: true }, "2026-01-01T00:00:03.000000000Z 3\n"],
  ])("gives %s", (_what, options, text) => {
    expect(readLog(logOf(4), { ...ALL, ...options })).toBe(text);
  });

  it("counts bytes of UTF-8 and cuts no character", () => {
    const file = new LogFile();
    file.append({ at: 0, text: "aé€😀" });
    expect([2, 3, 5, 6, 10].map((limitBytes) => readLog(file, { ...ALL, limitBytes }))).toEqual([
      "a",
      "aé",
      "aé",
      "aé€",
      "aé€😀",
    ]);
    file.append({ at: 0, text: "b" });
    expect(readLog(file, { ...ALL, limitBytes: 4 })).toBe("aé");
  });
});

describe("LogText", () => {
  it("goes on where it was, over lines that were dropped meanwhile", () => {
    const file = logOf(3);
    const log = new LogText(file, { ...ALL, tailLines: 1 });
    expect([log.next(), log.next(), log.atEnd]).toEqual(["2\n", "", true]);
    for (let i = 0; i < 3000; i++) file.append({ at: 0, text: `x${i}` });
    const lines = log.next().split("\n");
    expect(lines.at(-2)).toBe("x2999");
    expect(lines.length).toBeLessThanOrEqual(1001);
  });
});
