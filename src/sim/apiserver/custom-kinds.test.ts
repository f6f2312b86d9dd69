/** Kinds that clients define. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ApiList, ApiObject, CustomResourceDefinition, Status } from "../api/types";
import { SECOND } from "../kernel/time";
import { ApiWorld } from "../testing/api-world";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
const NAME = "widgets.example.com";

const schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1, maximum: 10 },
        replicas: { type: "integer", default: 1 },
        color: { type: "string", enum: ["red", "green"], default: "red" },
        code: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
        port: { "x-kubernetes-int-or-string": true },
        tags: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" }, maxItems: 3 },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        labels: { type: "object", additionalProperties: { type: "string" } },
        maybe: { type: "string", nullable: true },
      },
    },
    status: { type: "object", properties: { replicas: { type: "integer" }, phase: { type: "string" } } },
  },
};

function definition(changes: object = {}, version: object = {}): object {
  const names = { plural: "widgets", kind: "Widget", shortNames: ["wd"], categories: ["all"] };
  const v1 = {
    name: "v1",
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    subresources: {
      status: {},
      scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
    },
    additionalPrinterColumns: [
      { name: "Size", type: "integer", jsonPath: ".spec.size" },
      { name: "Phase", type: "string", jsonPath: ".status.phase" },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
    selectableFields: [{ jsonPath: ".spec.color" }],
    ...version,
  };
  const spec = { group: "example.com", scope: "Namespaced", names, versions: [v1], ...changes };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: NAME },
    spec,
  };
}

function widget(spec: object, name = "a"): object {
  return { apiVersion: "example.com/v1", kind: "Widget", metadata: { name }, spec };
}

function established(world: ApiWorld): boolean {
  const { body } = world.get(`${CRDS}/${NAME}`);
  return (
    (body as CustomResourceDefinition).status?.conditions?.some(
      (c) => c.type === "Established" && c.status === "True",
    ) === true
  );
}

function define(world: ApiWorld, body = definition()): void {
  expect(world.create(CRDS, body)).toMatchObject({ status: 201 });
  world.until(() => established(world));
  world.run(1 * SECOND);
}

describe("objects of a custom kind", () => {
  let world: ApiWorld;

  beforeAll(() => {
    world = new ApiWorld(1);
    define(world);
  });

  beforeEach(() => {
    world.request("DELETE", WIDGETS);
  });

  it("are defaulted, pruned, counted and shown", () => {
    const made = world.create(WIDGETS, {
      ...widget({ size: 2, what: 1, free: { x: { y: 1 } } }),
      status: { phase: "no" },
      extra: 1,
    });
    expect(made).toMatchObject({ status: 201 });
    expect(made.body).toMatchObject({ metadata: { generation: 1 } });
    expect((made.body as { spec: unknown }).spec).toEqual({
      size: 2,
      free: { x: { y: 1 } },
      replicas: 1,
      color: "red",
    });
    expect(made.body).not.toHaveProperty("extra");
    expect(made.body).not.toHaveProperty("status");
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const table = world.request("GET", WIDGETS, { headers: { accept } }).body;
    expect(table).toMatchObject({ kind: "Table", rows: [{ cells: ["a", 2, null, "0s"] }] });
    expect(world.get(WIDGETS).body).toMatchObject({ kind: "WidgetList", items: [{ kind: "Widget" }] });
  });

  it.each<[object, string]>([
    [
      { size: "x" },
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    ],
    [{}, "spec.size: Required value"],
    [{ size: 0 }, "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"],
    [{ size: 11 }, "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10"],
    [{ size: 1, color: "blue" }, 'spec.color: Unsupported value: "blue": supported values: "red", "green"'],
    [{ size: 1, code: "A" }, "spec.code: Invalid value: \"A\": spec.code in body should match '^[a-z]+$'"],
    [{ size: 1, code: "abcdef" }, "spec.code: Too long: may not be more than 5 bytes"],
    [
      { size: 1, port: true },
      'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
    ],
    [{ size: 1, tags: ["a", "a"] }, 'spec.tags[1]: Duplicate value: "a"'],
    [{ size: 1, tags: ["a", "b", "c", "d"] }, "spec.tags: Too many: 4: must have at most 3 items"],
    [
      { size: 1, labels: { a: 1 } },
      'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
    ],
    [
      { size: 1, code: null },
      'spec.code: Invalid value: "null": spec.code in body must be of type string: "null"',
    ],
  ])("%j is refused", (spec, text) => {
    const answer = world.create(WIDGETS, widget(spec));
    expect(answer.status).toBe(422);
    expect((answer.body as Status).message).toBe(`Widget.example.com "a" is invalid: ${text}`);
    expect(world.get(`${WIDGETS}/a`).status).toBe(404);
  });

  it("may hold nulls where the schema lets them", () => {
    expect(world.create(WIDGETS, widget({ size: 1, maybe: null })).body).toMatchObject({
      spec: { maybe: null },
    });
  });

  it("count changes of all but metadata and status", () => {
    world.create(WIDGETS, widget({ size: 1 }));
    const patch = (path: string, body: object) =>
      world.request("PATCH", path, { body, headers: { "content-type": "application/merge-patch+json" } })
        .body;
    const one = `${WIDGETS}/a`;
    expect(patch(one, { metadata: { labels: { x: "y" } } })).toMatchObject({ metadata: { generation: 1 } });
    expect(patch(one, { spec: { size: 3 }, status: { phase: "lost" } })).toMatchObject({
      metadata: { generation: 2 },
    });
    const done = patch(`${one}/status`, { status: { phase: "Done" }, spec: { size: 9 } });
    expect(done).toMatchObject({ metadata: { generation: 2 }, spec: { size: 3 }, status: { phase: "Done" } });
    expect(patch(`${one}/scale`, { spec: { replicas: 7 } })).toMatchObject({
      kind: "Scale",
      spec: { replicas: 7 },
    });
    expect(world.get(one).body).toMatchObject({ spec: { replicas: 7 }, metadata: { generation: 3 } });
    const strategic = { "content-type": "application/strategic-merge-patch+json" };
    expect(world.request("PATCH", one, { body: {}, headers: strategic }).status).toBe(415);
  });

  it("are applied, and fields that the schema does not have are refused if the client asks for it", () => {
    const headers = { "content-type": "application/apply-patch+yaml" };
    const apply = (fieldManager: string, spec: object, query: Record<string, string> = {}) =>
      world.request("PATCH", `${WIDGETS}/ssa`, {
        headers,
        query: { fieldManager, ...query },
        body: widget(spec, "ssa"),
      });
    expect(apply("one", { size: 1, tags: ["a"] }).status).toBe(201);
    expect(apply("two", { size: 1, tags: ["b"] }).body).toMatchObject({
      spec: { size: 1, tags: ["a", "b"] },
    });
    const conflict = apply("two", { size: 2 });
    expect(conflict.status).toBe(409);
    expect((conflict.body as Status).message).toContain('conflict with "one": .spec.size');
    const strict = world.request("POST", WIDGETS, {
      query: { fieldValidation: "Strict" },
      body: widget({ size: 1, wrong: 1 }, "s"),
    });
    expect(strict.status).toBe(400);
    expect((strict.body as Status).message).toContain('strict decoding error: unknown field "spec.wrong"');
  });

  it("must say what they replace", () => {
    const made = world.create(WIDGETS, widget({ size: 1 })).body as ApiObject;
    const { resourceVersion: _none, ...metadata } = made.metadata;
    const answer = world.request("PUT", `${WIDGETS}/a`, { body: { ...made, metadata } });
    expect((answer.body as Status).message).toContain(
      "metadata.resourceVersion: Invalid value: 0: must be specified for an update",
    );
  });

  it("are selected by the fields that the definition names", () => {
    world.create(WIDGETS, widget({ size: 1, color: "green" }, "g"));
    world.create(WIDGETS, widget({ size: 1 }, "r"));
    const list = world.get(WIDGETS, { fieldSelector: "spec.color=green" }).body as ApiList;
    expect(list.items.map((item) => item.metadata.name)).toEqual(["g"]);
    expect((world.get(WIDGETS, { fieldSelector: "spec.size=1" }).body as Status).message).toContain(
      "field label not supported: spec.size",
    );
  });

  it("are watched", () => {
    const watching = world.watch(WIDGETS, { resourceVersion: "0" });
    world.create(WIDGETS, widget({ size: 1 }, "w"));
    world.run(1 * SECOND);
    expect(watching.events.at(-1)).toMatchObject({
      type: "ADDED",
      object: { kind: "Widget", metadata: { name: "w" } },
    });
    watching.stop();
  });

  it("are found by discovery", () => {
    expect(world.get("/apis/example.com/v1").body).toMatchObject({
      resources: [
        { name: "widgets", singularName: "widget", kind: "Widget", shortNames: ["wd"], categories: ["all"] },
        { name: "widgets/scale", kind: "Scale", group: "autoscaling" },
        { name: "widgets/status", kind: "Widget" },
      ],
    });
  });
});

describe("definitions", () => {
  let world: ApiWorld;

  beforeAll(() => {
    world = new ApiWorld(1);
  });

  const versions = (changes: object) => definition({}, changes);
  const withSchema = (openAPIV3Schema: object) => versions({ schema: { openAPIV3Schema } });
  const AT = "spec.versions[0].schema.openAPIV3Schema";

  it.each<[string, object, string]>([
    [
      "another name",
      definition({ names: { plural: "gadgets", kind: "Widget" } }),
      'metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group',
    ],
    ["no scope", definition({ scope: undefined }), "spec.scope: Required value"],
    [
      "a strange scope",
      definition({ scope: "Some" }),
      'spec.scope: Unsupported value: "Some": supported values: "Cluster", "Namespaced"',
    ],
    ["no schema", versions({ schema: undefined }), `${AT}: Required value: schemas are required`],
    [
      "nothing stored",
      versions({ storage: false }),
      "must have exactly one version marked as storage version",
    ],
    [
      "no type at the root",
      withSchema({ properties: {} }),
      `${AT}.type: Required value: must not be empty at the root`,
    ],
    [
      "a field without a type",
      withSchema({ type: "object", properties: { spec: {} } }),
      `${AT}.properties[spec].type: Required value: must not be empty for specified object fields`,
    ],
    [
      "a list of nothing",
      withSchema({ type: "object", properties: { a: { type: "array" } } }),
      `${AT}.properties[a].items: Required value: must be specified`,
    ],
    [
      "a default of another type",
      withSchema({ type: "object", properties: { a: { type: "string", default: 1 } } }),
      `${AT}.properties[a].default: Invalid value: "integer"`,
    ],
    [
      "types in compositions",
      withSchema({ type: "object", anyOf: [{ type: "object" }] }),
      `${AT}.anyOf[0].type: Forbidden: must be empty to be structural`,
    ],
    [
      "a strange column",
      versions({ additionalPrinterColumns: [{ name: "A", type: "text", jsonPath: ".a" }] }),
      'additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
    ],
    [
      "a path that would be read in many ways",
      versions({
        additionalPrinterColumns: [{ name: "A", type: "string", jsonPath: `['${"\\\\a".repeat(500)}` }],
      }),
      "additionalPrinterColumns[0].jsonPath: Invalid value",
    ],
    [
      "an expression that is none",
      withSchema({ type: "object", properties: { a: { type: "string", pattern: "+" } } }),
      `${AT}.properties[a].pattern: Invalid value: "+": must be a valid regular expression, but isn't: ` +
        "error parsing regexp: missing argument to repetition operator: `+`",
    ],
    [
      "a default that an expression would try in many ways",
      withSchema({
        type: "object",
        properties: { a: { type: "string", pattern: "^(a+)+$", default: `${"a".repeat(40)}b` } },
      }),
      "should match '^(a+)+$'",
    ],
    [
      "conversion by others",
      definition({ conversion: { strategy: "Webhook" } }),
      'spec.conversion.strategy: Unsupported value: "Webhook": supported values: "None"',
    ],
  ])("with %s are refused", (_what, body, text) => {
    const answer = world.create(CRDS, body);
    expect(answer.status).toBe(422);
    expect((answer.body as Status).message).toContain(text);
  });

  it("of protected groups need an approval", () => {
    const body = definition({ group: "widgets.k8s.io" }) as { metadata: object };
    const answer = world.create(CRDS, { ...body, metadata: { name: "widgets.widgets.k8s.io" } });
    expect((answer.body as Status).message).toContain(
      "metadata.annotations[api-approved.kubernetes.io]: Required value",
    );
  });
});

describe("the life of a definition", () => {
  it("is known to all servers, keeps its names and takes its objects along", () => {
    const world = new ApiWorld(3);
    define(world);
    const crd = world.get(`${CRDS}/${NAME}`).body as CustomResourceDefinition;
    expect(crd.status).toMatchObject({
      acceptedNames: { singular: "widget", listKind: "WidgetList" },
      storedVersions: ["v1"],
      conditions: [
        { type: "NamesAccepted", reason: "NoConflicts" },
        { type: "Established", reason: "InitialNamesAccepted" },
      ],
    });
    expect(crd.metadata.managedFields?.map((m) => [m.manager, m.subresource])).toContainEqual([
      "kube-apiserver",
      "status",
    ]);
    expect(world.create(WIDGETS, widget({ size: 1 }), { server: 2 }).status).toBe(201);
    world.run(1 * SECOND);
    for (const server of [1, 2, 3]) {
      expect(world.request("GET", `${WIDGETS}/a`, { server, query: { resourceVersion: "0" } }).status).toBe(
        200,
      );
    }
    const renamed = { ...crd, spec: { ...crd.spec, scope: "Cluster" } };
    expect((world.request("PUT", `${CRDS}/${NAME}`, { body: renamed }).body as Status).message).toContain(
      'spec.scope: Invalid value: "Cluster": field is immutable',
    );
    const watching = world.watch(WIDGETS, { resourceVersion: "0" }, { server: 3 });
    const deleted = world.request("DELETE", `${CRDS}/${NAME}`).body;
    expect(deleted).toMatchObject({
      metadata: { finalizers: ["customresourcecleanup.apiextensions.k8s.io"] },
    });
    world.until(() => world.get(`${CRDS}/${NAME}`).status === 404);
    world.run(1 * SECOND);
    expect(watching.events.map((event) => event.type)).toEqual(["ADDED", "DELETED"]);
    expect(watching.ended).toBe(true);
    expect(world.get(WIDGETS).status).toBe(404);
    expect(world.get("/apis/example.com/v1").status).toBe(404);
    define(world);
    expect(world.get(WIDGETS).body).toMatchObject({ items: [] });
  });

  it("may have several versions, each with its own schema, of the same objects", () => {
    const world = new ApiWorld(1);
    const v1 = (definition() as { spec: { versions: object[] } }).spec.versions[0] as object;
    const loose = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const v2 = { name: "v2", served: true, storage: false, schema: { openAPIV3Schema: loose } };
    define(world, definition({ versions: [v1, v2] }));
    const second = "/apis/example.com/v2/namespaces/default/widgets";
    const made = world.create(second, { ...widget({ size: 4 }), apiVersion: "example.com/v2" });
    expect(made.body).toMatchObject({ apiVersion: "example.com/v2", spec: { size: 4 } });
    expect(world.get(`${WIDGETS}/a`).body).toMatchObject({ apiVersion: "example.com/v1", kind: "Widget" });
    const watching = world.watch(second, { resourceVersion: "0" });
    expect(watching.events[0]).toMatchObject({ object: { apiVersion: "example.com/v2" } });
    watching.stop();
  });

  it("waits for names that others have", () => {
    const world = new ApiWorld(1);
    define(world);
    const other = definition({ names: { plural: "gadgets", kind: "Gadget", shortNames: ["wd"] } }) as {
      metadata: object;
    };
    world.create(CRDS, { ...other, metadata: { name: "gadgets.example.com" } });
    world.run(2 * SECOND);
    const conditions = [
      {
        type: "NamesAccepted",
        status: "False",
        reason: "ShortNamesConflict",
        message: '"wd" is already in use',
      },
      { type: "Established", status: "False", reason: "NotAccepted" },
    ];
    expect(world.get(`${CRDS}/gadgets.example.com`).body).toMatchObject({ status: { conditions } });
  });

  it("survives a restart of the server", () => {
    const world = new ApiWorld(1);
    define(world);
    world.create(WIDGETS, widget({ size: 1 }));
    world.masters[0]?.processes.get("kube-apiserver")?.kill();
    world.until(() => world.view()?.started !== true);
    world.until(() => world.view()?.started === true);
    expect(world.get(WIDGETS).body).toMatchObject({ items: [{ spec: { size: 1 } }] });
  });
});
