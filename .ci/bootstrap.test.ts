import { describe, expect, it } from "vitest";
import { isInstalled, supportedNode } from "./bootstrap.mjs";

it.each([
  ["18.20.0", false],
  ["20.18.3", false],
  ["20.19.0", true],
  ["21.7.0", false],
  ["22.11.0", false],
  ["22.12.0", true],
  ["24.0.0", true],
])("Node %s: %s", (version, supported) => {
  expect(supportedNode(version)).toBe(supported);
});

describe("isInstalled", () => {
  const lock = {
    packages: {
      "": {},
      "node_modules/vite": { version: "8.3.8" },
      "node_modules/darwin-binary": { version: "1.0.0", optional: true },
    },
  };

  it("is content without another platform's binaries", () => {
    expect(isInstalled(lock, { packages: { "node_modules/vite": { version: "8.3.8" } } })).toBe(true);
  });

  it.each([
    ["nothing is installed", undefined],
    ["a package is missing", { packages: {} }],
    ["a version differs", { packages: { "node_modules/vite": { version: "8.3.7" } } }],
  ])("asks for an install when %s", (_, installed) => {
    expect(isInstalled(lock, installed)).toBe(false);
  });
});
