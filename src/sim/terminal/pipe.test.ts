import { expect, it } from "vitest";
import { Kernel } from "../kernel/kernel";
import { Pipe } from "./pipe";
import { TestTerminal } from "./test-terminal";

const MEGA = 1_000_000;

/** How often a text can be written until the pipe takes no more. */
function fill(pipe: Pipe, text: string): number {
  let times = 0;
  while (pipe.write(text)) times++;
  return times;
}

it.each([
  ["long lines", `${"x".repeat(MEGA)}\n`, 16],
  ["a line that does not end", "x".repeat(MEGA), 17],
])("is full when nobody reads: %s", (_what, text, times) => {
  expect(fill(new Pipe(new Kernel({ seed: 1 }), true), text)).toBe(times);
});

it("counts lines even if nothing is in them, and has room again when they have been read", () => {
  const pipe = new Pipe(new Kernel({ seed: 1 }), true);
  const lines = "\n".repeat(MEGA / 10);
  expect(fill(pipe, lines)).toBeLessThan(20);
  const row = pipe.row();
  for (let i = 0; i < MEGA / 10; i++) row.next();
  expect(pipe.write(lines)).toBe(false);
  for (let i = 0; i < MEGA / 10; i++) pipe.row().next();
  expect(pipe.write(lines)).toBe(true);
  pipe.takeUnread();
  expect(fill(pipe, lines)).toBeGreaterThan(5);
});

it("ends whoever writes to one that is full", () => {
  const t = new TestTerminal();
  t.write("/root/x", "x".repeat(MEGA / 2));
  t.run("x=$(cat x); while :; do echo >> turns; echo $x; done | sleep 5; wc -l < turns", 10);
  expect(t.out.trim()).toBe("33");
});

it("takes whatever comes when it is read", () => {
  const t = new TestTerminal();
  t.write("/root/x", `${"x".repeat(MEGA)}\n`);
  t.run("for i in $(seq 50); do cat x; done | wc -l", 10);
  expect(t.out.trim()).toBe("50");
});
