import { describe, expect, it } from "vitest";
import { applyFacts, descriptionsOf, readStructs, structureText } from "./schemas.mjs";

describe("readStructs", () => {
  const structs = readStructs();

  it("reads fields with their types from both packages", () => {
    const fields = structs.get("core/v1.Container")?.fields;
    expect(fields?.get("name")).toMatchObject({ type: "s", required: true });
    expect(fields?.get("env")).toMatchObject({ type: "[@core/v1.EnvVar", required: false });
    // Only the client's models say that a number is an int32, and only the declarations that a text is a quantity.
    expect(structs.get("core/v1.ContainerPort")?.fields.get("containerPort")?.type).toBe("i");
    expect(structs.get("core/v1.ResourceRequirements")?.fields.get("limits")?.type).toBe("{Q");
    expect(fields?.get("lifecycle")?.description).toMatch(/^Actions that the management system should take/);
  });

  it("knows of no type that is not there", () => {
    expect(() => structureText(structs)).not.toThrow();
  });

  it("has something to say of every type and field that has a description upstream", () => {
    const table = descriptionsOf(structs);
    for (const said of Object.values(table)) expect(said).toHaveProperty([""]);
    expect(table["io.k8s.api.core.v1.Pod"]?.["spec"]).toMatch(
      /^Specification of the desired behavior of the pod/,
    );
  });
});

describe("applyFacts", () => {
  const structs = () =>
    new Map([
      [
        "core/v1.X",
        {
          folder: "core/v1",
          name: "X",
          description: "",
          atomic: false,
          fields: new Map([["a", { type: "s", required: true, description: "", facts: [] as string[] }]]),
        },
      ],
    ]);

  it("adds to types, changes them, and makes new ones", () => {
    const made = structs();
    applyFacts(made, "# a comment\n\ncore/v1.X !atomic a?;a b!:[s;s c:Q\ncore/v1.Y d:@core/v1.X\n");
    const x = made.get("core/v1.X");
    expect(x?.atomic).toBe(true);
    expect(x?.fields.get("a")).toMatchObject({ type: "s", required: false, facts: ["a"] });
    expect(x?.fields.get("b")).toMatchObject({ type: "[s", required: true, facts: ["s"] });
    expect(made.get("core/v1.Y")?.fields.get("d")?.type).toBe("@core/v1.X");
    applyFacts(made, "core/v1.X a:-");
    expect(made.get("core/v1.X")?.fields.has("a")).toBe(false);
  });

  it("stops at a fact about a field that is not there", () => {
    expect(() => applyFacts(structs(), "core/v1.X b;a")).toThrow("no field b in core/v1.X");
  });

  it("is stopped by a type that is not there", () => {
    const made = structs();
    applyFacts(made, "core/v1.X b:@core/v1.Z");
    expect(() => structureText(made)).toThrow("core/v1.X.b: no type core/v1.Z");
  });
});
