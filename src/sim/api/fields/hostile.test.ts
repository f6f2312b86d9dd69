import { describe, expect, it } from "vitest";
import { decodeManagers, settle, startingManagers } from "./managers";
import { trackUpdate } from "./track";

const entry = (manager: string, fieldsV1: unknown) => ({
  manager,
  operation: "Update",
  apiVersion: "v1",
  fieldsType: "FieldsV1",
  fieldsV1,
});

function nested(depth: number): unknown {
  let fields: unknown = {};
  for (let i = 0; i < depth; i++) fields = { "f:a": fields };
  return fields;
}

/** As large as a body may be; each must be done with at once, or the test runs into its time limit. */
describe("hostile managers", () => {
  it("of very many entries are put together", () => {
    const decoded = decodeManagers(Array.from({ length: 40_000 }, (_, i) => entry(`m${i}`, { "f:a": {} })));
    expect(decoded).toHaveLength(40_000);
    expect(settle(decoded ?? [])).toHaveLength(10);
  });

  it("of very many fields in the wrong order are put in order", () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `f:k${200_000 - i}`);
    const decoded = decodeManagers([entry("m", Object.fromEntries(names.map((name) => [name, {}])))]);
    expect(Object.keys(decoded?.[0]?.fieldsV1 ?? {})).toEqual(names.toReversed());
  });

  it("of fields nested as deep as a body may be", () => {
    const decoded = decodeManagers([entry("m", nested(1000))]);
    expect(JSON.stringify(decoded?.[0]?.fieldsV1)).toBe(JSON.stringify(nested(1000)));
  });

  it.each([
    [[null]],
    [["m"]],
    [[{}, {}]],
    [[entry("m", "f:a")]],
    [[{ ...entry("m", {}), operation: "apply" }]],
    [[{ ...entry("m", {}), fieldsType: "FieldsV2" }]],
    [[{ ...entry("m", {}), apiVersion: "" }]],
    [[entry("m", { "f:a": { "f:b": [] } })]],
  ])("that are none leave those of the live object: %j", (given) => {
    const own = [entry("own", { "f:data": {} })];
    const object = (managedFields: unknown) =>
      ({ apiVersion: "v1", kind: "X", metadata: { managedFields } }) as never;
    expect(startingManagers(object(own), object(given), "")).toBe(own);
  });

  it("of members named like those of all objects own what they say", () => {
    const before = { apiVersion: "v1", kind: "X", metadata: {} };
    const after = { ...before, data: JSON.parse('{"constructor":"a","toString":"b"}') as unknown };
    const manager = { name: "m", operation: "Update", apiVersion: "v1", subresource: "" } as const;
    const first = [entry("m", { "f:metadata": { "f:labels": {} } })] as never;
    const managers = trackUpdate(
      first,
      manager,
      () => ({ before, after, shape: undefined }),
      { members: [] },
      "2026-01-01T00:00:00Z",
    );
    expect(managers[0]?.fieldsV1).toEqual({
      "f:data": { ".": {}, "f:constructor": {}, "f:toString": {} },
      "f:metadata": { "f:labels": {} },
    });
  });
});
