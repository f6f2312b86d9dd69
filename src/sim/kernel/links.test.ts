import { describe, expect, it } from "vitest";
import { Links } from "./links";
import { Rng } from "./rng";
import { world } from "./test-world";

describe("links", () => {
  it("take the latencies of both ends and up to a quarter more; next to nothing within a host", () => {
    const { a, b, c } = world();
    const links = new Links(new Rng(1, "l"));
    const times = Array.from({ length: 500 }, () => links.delay([a, b], true));
    expect(Math.min(...times)).toBe(200);
    expect(Math.max(...times)).toBe(250);
    expect(links.delay([a, a], true)).toBeLessThan(50);
    expect(links.delay([a, b, c], true)).toBeGreaterThanOrEqual(400);
  });

  it("are cut, slow or lossy in one direction", () => {
    const { a, b, c } = world();
    const links = new Links(new Rng(1, "l"));
    links.change(a, b, { cut: true });
    links.change(b, a, { delay: 5000 });
    expect(links.passable([a, b])).toBe(false);
    expect(links.passable([c, a, b])).toBe(false);
    expect(links.passable([b, a])).toBe(true);
    expect(links.delay([b, a], true)).toBeGreaterThanOrEqual(5200);
    expect(links.change(a, b, { lossPpm: 10 })).toEqual({ cut: true, delay: 0, lossPpm: 10 });
    expect(links.fault(a, b)).toEqual({ cut: true, delay: 0, lossPpm: 10 });
    links.change(a, b, { cut: false, lossPpm: 0 });
    links.change(b, a, { delay: 0 });
    expect(links.fault(a, b)).toBeUndefined();
    expect(links.faulty).toBe(false);
  });

  it("need power at every host", () => {
    const { a, b } = world();
    const links = new Links(new Rng(1, "l"));
    expect(links.passable([a, b])).toBe(true);
    b.powerOff();
    expect(links.passable([a, b])).toBe(false);
    expect(links.passable([a])).toBe(true);
  });

  it("lose datagrams, and make connections wait for the retransmission", () => {
    const { a, b } = world();
    const links = new Links(new Rng(1, "l"));
    links.change(a, b, { lossPpm: 300_000 });
    const lost = Array.from({ length: 2000 }, () => links.delay([a, b], false)).filter((d) => d < 0).length;
    expect(Math.abs(lost - 600)).toBeLessThan(80);
    const late = Array.from({ length: 2000 }, () => links.delay([a, b], true)).filter(
      (d) => d >= 200_200,
    ).length;
    expect(Math.abs(late - 600)).toBeLessThan(80);
    links.change(a, b, { lossPpm: 1_000_000 });
    expect(Array.from({ length: 100 }, () => links.delay([a, b], false)).every((d) => d < 0)).toBe(true);
    expect(links.delay([a, b], true)).toBeGreaterThan(200);
  });

  it("of a host that is gone are forgotten", () => {
    const { a, b, c } = world();
    const links = new Links(new Rng(1, "l"));
    for (const [x, y] of [
      [a, b],
      [b, a],
      [c, b],
    ] as const) {
      links.change(x, y, { cut: true });
    }
    links.change(a, c, { cut: true });
    links.forget(b);
    expect(links.faulty).toBe(true);
    links.change(a, c, { cut: false });
    expect(links.faulty).toBe(false);
  });
});
