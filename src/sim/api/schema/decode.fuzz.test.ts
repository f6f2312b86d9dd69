import fc from "fast-check";
import { expect, it } from "vitest";
import { resources } from "../registry";
import type { ApiObject } from "../types";
import { decodeObject } from "./decode";
import type { Shape } from "./shape";
import { shapeOf } from "./shapes";

/** Bodies that are nearly right: values of a shape, and now and then anything else. */
function bodyOf(shape: Shape | undefined, depth: number): fc.Arbitrary<unknown> {
  const anything = fc.jsonValue({ maxDepth: 2 });
  if (shape === undefined || depth > 5) return anything;
  return fc.oneof({ weight: 12, arbitrary: valueOf(shape, depth) }, { weight: 1, arbitrary: anything });
}

function valueOf(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  if (typeof shape === "string") {
    switch (shape) {
      case "string":
        return fc.string();
      case "int32":
      case "int64":
      case "double":
        return fc.integer();
      case "bool":
        return fc.boolean();
      case "time":
      case "microTime":
        return fc.constant("2026-01-01T00:00:00Z");
      case "quantity":
        return fc.constantFrom("1", "100m", "1Gi");
      case "bytes":
        return fc.constant("aGk=");
      case "intOrString":
        return fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant("50%"));
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }
  if ("list" in shape) return fc.array(bodyOf(shape.list, depth + 1), { maxLength: 2 });
  if ("map" in shape) return fc.dictionary(fc.string(), bodyOf(shape.map, depth + 1), { maxKeys: 2 });
  const names = [...Object.keys(shape.fields), "unknown", "__proto__", "constructor"];
  return fc
    .uniqueArray(fc.constantFrom(...names), { maxLength: 3 })
    .chain((chosen) =>
      fc.tuple(...chosen.map((name) => bodyOf(shape.fields[name], depth + 1).map((v) => [name, v]))),
    )
    .map((entries) => Object.fromEntries(entries as [string, unknown][]));
}

/** Whether a value has a null or a field that its shape does not have. */
function isClean(value: unknown, shape: Shape): boolean {
  if (typeof shape === "string") return shape === "any" || shape === "object" || value !== null;
  if ("list" in shape) return (value as unknown[]).every((item) => isClean(item, shape.list));
  const members = Object.entries(value as object);
  if ("map" in shape) return members.every(([, member]) => isClean(member, shape.map));
  return members.every(([key, member]) => {
    const field = shape.fields[key];
    return field !== undefined && member !== undefined && isClean(member, field);
  });
}

it.each(resources.map(({ apiVersion, kind }) => [apiVersion, kind] as const))(
  "whatever a body of %s %s is, it is refused or becomes an object of the kind, once and for all",
  (apiVersion, kind) => {
    const shape = shapeOf(apiVersion, kind);
    if (shape === undefined) throw new Error("no shape");
    fc.assert(
      fc.property(valueOf(shape, 0), (body) => {
        const before = JSON.stringify(body);
        const first = decodeObject(apiVersion, kind, body as ApiObject);
        expect(JSON.stringify(body)).toBe(before);
        if (first.problem !== undefined) return;
        expect(isClean(first.object, shape)).toBe(true);
        const second = decodeObject(apiVersion, kind, first.object);
        expect(second).toEqual({ object: first.object, problem: undefined, unknown: [] });
        expect(second.object).toBe(first.object);
      }),
      { numRuns: 40, seed: 1 },
    );
  },
);
