import { describe, expect, it } from "vitest";
import { CidrSet } from "./node-ipam";

describe("CidrSet", () => {
  it("hands out /24 blocks, lowest first, and gives back what was released", () => {
    const set = new CidrSet("10.244.0.0/16");
    expect([set.allocate(), set.allocate(), set.allocate()]).toEqual([
      "10.244.0.0/24",
      "10.244.1.0/24",
      "10.244.2.0/24",
    ]);
    set.release("10.244.1.0/24");
    expect([set.allocate(), set.allocate()]).toEqual(["10.244.1.0/24", "10.244.3.0/24"]);
  });

  it("skips what is taken and ends when all is", () => {
    const set = new CidrSet("192.168.252.0/22");
    set.occupy("192.168.253.0/24");
    set.occupy("10.0.0.0/24");
    expect([set.allocate(), set.allocate(), set.allocate(), set.allocate()]).toEqual([
      "192.168.252.0/24",
      "192.168.254.0/24",
      "192.168.255.0/24",
      undefined,
    ]);
  });
});
