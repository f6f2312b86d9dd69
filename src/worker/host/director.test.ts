import { describe, expect, it } from "vitest";
import type { Message } from "../../sim/kernel/message";
import { Director } from "./director";

function message(received: number, quiet = false): Message {
  return { received, quiet, dropped: false } as Message;
}

describe("Director", () => {
  it("looks closely after an action, hurries along a long chain, and runs when idle", () => {
    const d = new Director();
    d.action();
    d.observe([message(1000)], 0);
    const close = d.speed(16);
    expect(close).toBeLessThan(0.01);
    for (let i = 0; i < 400; i++) d.speed(16);
    const later = d.speed(16);
    expect(later).toBeGreaterThan(close);
    d.observe([], 2000);
    let idle = 0;
    for (let i = 0; i < 400; i++) idle = d.speed(16);
    expect(idle).toBeGreaterThan(5);
    d.observe([message(9000)], 3000);
    expect(d.speed(16)).toBeLessThan(idle / 10);
  });

  it("does not slow down for heartbeats", () => {
    const d = new Director();
    d.observe([], 0);
    let speed = 0;
    for (let i = 0; i < 400; i++) {
      d.observe([message(i * 100 + 50, true)], i * 100);
      speed = d.speed(16);
    }
    expect(speed).toBeGreaterThan(5);
  });
});
