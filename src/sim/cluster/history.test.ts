import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "./config";
import { parseHistory } from "./history";
import { toRequest } from "./workstation";

const entry = { at: 5, command: { type: "power-off", host: "worker-1" } };
const good = { version: 1, config: DEFAULT_CONFIG, entries: [entry] };

/** A history of one request. */
function request(wrong: Record<string, unknown>): unknown {
  const command = { type: "http", id: "r", request: { method: "POST", path: "/api", ...wrong } };
  return { ...good, entries: [{ at: 1, command }] };
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

describe("parseHistory", () => {
  it("accepts a good history", () => {
    expect(parseHistory(good)).toEqual({ ok: true, value: good });
  });

  it.each([
    ["no object", 7, "a history must be an object"],
    ["another version", { ...good, version: 2 }, "unknown history version 2"],
    ["no configuration", { ...good, config: undefined }, "a history needs a configuration"],
    [
      "four masters",
      { ...good, config: { ...DEFAULT_CONFIG, masters: 4 } },
      "masters must be 1, 3, 5 or 7, not 4",
    ],
    ["no list", { ...good, entries: {} }, "a history needs a list of entries"],
    [
      "time running backwards",
      { ...good, entries: [entry, { ...entry, at: 4 }] },
      "entries must be in order of time",
    ],
    [
      "an unknown command",
      { ...good, entries: [{ at: 1, command: { type: "explode" } }] },
      "unknown command explode",
    ],
    [
      "headers that are numbers",
      request({ headers: { accept: 1 } }),
      "the headers of a request must be texts",
    ],
    [
      "doubled fields that are none",
      request({ duplicateFields: "a" }),
      "the duplicate fields of a request must be texts",
    ],
    ["a path without end", request({ path: `/${"x".repeat(100_000)}` }), "the path of a request is too long"],
    ["a body like a well", request({ body: deep(100_000) }), "the body of a request is too deep"],
    [
      "a container that is none",
      {
        ...good,
        entries: [{ at: 1, command: { type: "crash-container", namespace: "a", pod: "b", container: 1 } }],
      },
      "container must be a text",
    ],
    [
      "an inherited name",
      { ...good, entries: [{ at: 1, command: { type: "toString" } }] },
      "unknown command toString",
    ],
    [
      "a missing field",
      { ...good, entries: [{ at: 1, command: { type: "power-on" } }] },
      'power-on needs a text "host"',
    ],
    [
      "a bad number",
      { ...good, entries: [{ at: 1, command: { type: "slow-disk", host: "a", factor: 0.5 } }] },
      "factor must be an integer from 1 to 10000",
    ],
  ])("refuses %s", (_what, input, message) => {
    expect(parseHistory(input)).toEqual({ ok: false, error: message });
  });
});

describe("toRequest", () => {
  it.each([
    ["/api/v1/pods", "/api/v1/pods", {}],
    ["/api/v1/pods?limit=5&watch=true", "/api/v1/pods", { limit: "5", watch: "true" }],
    ["/x?labelSelector=app%3Dweb&a=b+c", "/x", { labelSelector: "app=web", a: "b c" }],
    ["/x?bad=%zz", "/x", { bad: "%zz" }],
  ])("splits %s", (path, plain, query) => {
    const r = toRequest({ method: "GET", path, headers: { "Content-Type": "a/b" } });
    expect(r.path).toBe(plain);
    expect(r.query).toEqual(query);
    expect(r.headers["content-type"]).toBe("a/b");
  });
});
