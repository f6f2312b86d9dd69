import { beforeAll, describe, expect, it } from "vitest";
import type { ManagedFieldsEntry } from "../api/fields/managers";
import type { HttpMethod } from "../api/http";
import type { ApiObject, Status } from "../api/types";
import { MERGE } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

const MAPS = "/api/v1/namespaces/default/configmaps";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const APPLY = { "content-type": "application/apply-patch+yaml" };
const JSON_PATCH = { "content-type": "application/json-patch+json" };

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
  world.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
});

type Texts = Readonly<Record<string, string>>;
type Answer = { readonly status: number; readonly body: any };

function send(method: HttpMethod, path: string, body: unknown, query: Texts, headers: Texts): Answer {
  return world.request(method, path, { query, headers, body });
}

/** Applies a configuration to the object of its name. */
function apply(path: string, config: object, fieldManager: string, query: Texts = {}): Answer {
  const { name } = (config as ApiObject).metadata;
  return send("PATCH", `${path}/${name}`, config, { fieldManager, ...query }, APPLY);
}

function patch(path: string, body: unknown, fieldManager: string, headers: Texts = MERGE): Answer {
  return send("PATCH", path, body, { fieldManager }, headers);
}

function map(name: string, data: object, metadata: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

function deployment(name: string, spec: object = {}, container: object = {}): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "c", image: "i:1", ...container }] },
  };
  const selector = { matchLabels: labels };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { selector, template, ...spec },
  };
}

/** Owners of an object: `manager operation/subresource` and what it owns. */
function owners(object: ApiObject): Record<string, unknown> {
  const entries = (object.metadata.managedFields ?? []) as unknown as ManagedFieldsEntry[];
  return Object.fromEntries(
    entries.map((entry) => {
      const { manager, operation, subresource = "", fieldsV1 } = entry;
      return [`${manager} ${operation}${subresource === "" ? "" : `/${subresource}`}`, fieldsV1];
    }),
  );
}

const data = (...names: string[]): object => ({
  "f:data": Object.fromEntries(names.map((n) => [`f:${n}`, {}])),
});

describe("apply", () => {
  it("creates what is not there, and owns what it names", () => {
    const made = apply(MAPS, map("made", { a: "1" }), "one");
    expect(made.status).toBe(201);
    expect(owners(made.body)).toEqual({ "one Apply": data("a") });
    expect(made.body.metadata.managedFields[0]).toMatchObject({ apiVersion: "v1", fieldsType: "FieldsV1" });
  });

  it("leaves an object as it is that is as wanted", () => {
    const made = apply(MAPS, map("same", { a: "1" }), "one");
    world.run(5_000_000);
    const again = apply(MAPS, map("same", { a: "1" }), "one");
    expect(again.status).toBe(200);
    expect(again.body).toEqual(made.body);
  });

  it("removes what it no longer names, unless another owns it", () => {
    apply(MAPS, map("gone", { a: "1", b: "2", c: "3" }), "one");
    apply(MAPS, map("gone", { b: "2" }), "two");
    const { body } = apply(MAPS, map("gone", { c: "3" }), "one");
    expect(body.data).toEqual({ b: "2", c: "3" });
    expect(owners(body)).toEqual({ "one Apply": data("c"), "two Apply": data("b") });
  });

  it("shares a field among those who want the same", () => {
    apply(MAPS, map("shared", { a: "1" }), "one");
    const { body } = apply(MAPS, map("shared", { a: "1" }), "two");
    expect(owners(body)).toEqual({ "one Apply": data("a"), "two Apply": data("a") });
    // Who stops wanting it leaves it to the other.
    const left = apply(MAPS, { ...map("shared", {}), data: undefined }, "one").body;
    expect(left.data).toEqual({ a: "1" });
    expect(owners(left)).toEqual({ "two Apply": data("a") });
  });

  it("refuses to change what another owns, and changes nothing then", () => {
    const before = apply(MAPS, map("fought", { a: "1", b: "1" }), "one").body;
    const one = apply(MAPS, map("fought", { a: "2" }), "two");
    expect(one.status).toBe(409);
    expect(one.body).toMatchObject({
      reason: "Conflict",
      message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
      details: {
        causes: [{ reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.a" }],
      },
    });
    const several = apply(MAPS, map("fought", { a: "2", b: "2" }), "two");
    expect((several.body as Status).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    );
    expect(world.get(`${MAPS}/fought`).body).toEqual(before);
  });

  it("takes by force what another owns", () => {
    apply(MAPS, map("forced", { a: "1", b: "1" }), "one");
    const { body } = apply(MAPS, map("forced", { a: "2" }), "two", { force: "true" });
    expect(body.data).toEqual({ a: "2", b: "1" });
    expect(owners(body)).toEqual({ "one Apply": data("b"), "two Apply": data("a") });
  });

  it("names those who own by writing", () => {
    send("POST", MAPS, map("written", { a: "1" }), { fieldManager: "writer" }, {});
    const { body } = apply(MAPS, map("written", { a: "2" }), "one");
    expect(body.message).toBe('Apply failed with 1 conflict: conflict with "writer" using v1: .data.a');
  });

  it("merges lists by their keys, in the order of the configuration", () => {
    apply(DEPLOYMENTS, deployment("lists", {}, { env: [{ name: "A", value: "1" }] }), "one");
    const env = [{ name: "B", value: "2" }];
    const both = apply(DEPLOYMENTS, deployment("lists", {}, { env }), "two").body;
    const [container] = both.spec.template.spec.containers;
    expect(container.env).toEqual([
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ]);
    const gone = apply(DEPLOYMENTS, deployment("lists"), "one").body;
    expect(gone.spec.template.spec.containers[0].env).toEqual(env);
  });

  it("counts the number of replicas that was scaled as somebody's", () => {
    apply(DEPLOYMENTS, deployment("scaled", { replicas: 2 }), "one");
    patch(`${DEPLOYMENTS}/scaled/scale`, { spec: { replicas: 5 } }, "kubectl");
    const { body } = world.get(`${DEPLOYMENTS}/scaled`) as Answer;
    expect(owners(body)["kubectl Update/scale"]).toEqual({ "f:spec": { "f:replicas": {} } });
    const refused = apply(DEPLOYMENTS, deployment("scaled", { replicas: 2 }), "one");
    expect(refused.body.message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    expect(apply(DEPLOYMENTS, deployment("scaled"), "one").body.spec.replicas).toBe(5);
  });

  it("owns the number of replicas through the door for it", () => {
    apply(DEPLOYMENTS, deployment("steered", { replicas: 2 }), "one");
    const scale = {
      apiVersion: "autoscaling/v1",
      kind: "Scale",
      metadata: { name: "steered" },
      spec: { replicas: 4 },
    };
    const path = `${DEPLOYMENTS}/steered/scale`;
    const refused = send("PATCH", path, scale, { fieldManager: "two" }, APPLY);
    expect(refused.body.message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.replicas');
    const forced = send("PATCH", path, scale, { fieldManager: "two", force: "true" }, APPLY);
    expect(forced.body).toMatchObject({ kind: "Scale", spec: { replicas: 4 } });
    const { body } = world.get(`${DEPLOYMENTS}/steered`) as Answer;
    expect(owners(body)["two Apply/scale"]).toEqual({ "f:spec": { "f:replicas": {} } });
    const wrong = send("PATCH", path, deployment("steered"), { fieldManager: "two" }, APPLY);
    expect(wrong.body.message).toBe(
      "invalid object type: expected autoscaling/v1, Kind=Scale, got apps/v1, Kind=Deployment",
    );
  });

  it("owns the status only through its door", () => {
    apply(DEPLOYMENTS, { ...deployment("doors"), status: { replicas: 3 } }, "one");
    const path = `${DEPLOYMENTS}/doors/status`;
    const config = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "doors" },
      status: { replicas: 3 },
    };
    const { status, body } = send("PATCH", path, config, { fieldManager: "one" }, APPLY);
    expect(status).toBe(200);
    expect(body.status).toEqual({ replicas: 3 });
    expect(owners(body)["one Apply/status"]).toEqual({ "f:status": { "f:replicas": {} } });
    expect(owners(body)["one Apply"]).not.toHaveProperty("f:status");
  });

  it("writes nothing on a dry run", () => {
    const made = apply(MAPS, map("dry", { a: "1" }), "one", { dryRun: "All" });
    expect(made.status).toBe(201);
    expect(world.get(`${MAPS}/dry`).status).toBe(404);
  });

  it.each<[string, object, Texts, number, string]>([
    [
      "no manager",
      map("bad", {}),
      { fieldManager: "" },
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      "a long name of a manager",
      map("bad", {}),
      { fieldManager: "m".repeat(129) },
      422,
      "fieldManager: Too long: may not be more than 128 bytes",
    ],
    [
      "a manager that cannot be printed",
      map("bad", {}),
      { fieldManager: "a\nb" },
      422,
      "invalid character U+000A (at position 1)",
    ],
    [
      "managers of its own",
      map("bad", {}, { managedFields: [{}] }),
      {},
      400,
      "metadata.managedFields must be nil",
    ],
    [
      "a uid",
      map("bad", {}, { uid: "u" }),
      {},
      409,
      "uid mismatch: the provided object specified uid u, and no existing object was found",
    ],
    [
      "another kind",
      { ...map("bad", {}), kind: "Secret" },
      {},
      400,
      "invalid object type: expected /v1, Kind=ConfigMap, got /v1, Kind=Secret",
    ],
    [
      "fields that are not there",
      { ...map("bad", {}), dada: {} },
      {},
      500,
      "failed to create typed patch object (/bad; /v1, Kind=ConfigMap): .dada: field not declared in schema",
    ],
    [
      "values of another type",
      map("bad", { a: 1 }),
      {},
      500,
      ".data.a: expected string, got &value.valueUnstructured{Value:1}",
    ],
  ])("refuses %s", (_what, config, query, code, message) => {
    const { status, body } = apply(MAPS, config, "one", query);
    expect(body.message).toContain(message);
    expect(status).toBe(code);
    expect(world.get(`${MAPS}/bad`).status).toBe(404);
  });

  it("refuses what is meant for another name, another revision or another object", () => {
    const { metadata } = apply(MAPS, map("meant", { a: "1" }), "one").body;
    const to = (config: object) => send("PATCH", `${MAPS}/meant`, config, { fieldManager: "one" }, APPLY);
    expect(to(map("other", {})).body.message).toBe(
      "the name of the object (other) does not match the name on the URL (meant)",
    );
    expect(to(map("meant", { a: "2" }, { resourceVersion: "1" })).status).toBe(409);
    expect(to(map("meant", { a: "2" }, { resourceVersion: metadata.resourceVersion })).status).toBe(200);
    expect(to(map("meant", { a: "3" }, { uid: "u" })).status).toBeGreaterThanOrEqual(400);
  });

  it("knows `force` only here", () => {
    apply(MAPS, map("unforced", { a: "1" }), "one");
    const { status, body } = send("PATCH", `${MAPS}/unforced`, { data: {} }, { force: "true" }, MERGE);
    expect(status).toBe(422);
    expect(body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });
});

describe("custom kinds", () => {
  it("are applied by the schema of their definition", () => {
    const properties = { name: { type: "string" }, size: { type: "integer" } };
    const parts = {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", required: ["name"], properties },
    };
    const spec = {
      type: "object",
      properties: { parts, tags: { type: "array", items: { type: "string" } } },
    };
    const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: {
        group: "example.com",
        names: { kind: "Widget", listKind: "WidgetList", plural: "widgets", singular: "widget" },
        scope: "Namespaced",
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    };
    expect(apply("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition, "one").status).toBe(
      201,
    );
    const widgets = "/apis/example.com/v1/namespaces/default/widgets";
    world.until(() => world.get(widgets).status === 200);
    const widget = (spec: object) => ({
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "w" },
      spec,
    });
    apply(widgets, widget({ parts: [{ name: "a" }], tags: ["x"] }), "one");
    const { body } = apply(widgets, widget({ parts: [{ name: "b", size: 2 }] }), "two");
    expect(body.spec).toEqual({ parts: [{ name: "a" }, { name: "b", size: 2 }], tags: ["x"] });
    expect(owners(body)["one Apply"]).toEqual({
      "f:spec": { "f:parts": { 'k:{"name":"a"}': { ".": {}, "f:name": {} } }, "f:tags": {} },
    });
    const refused = apply(widgets, widget({ tags: ["x", "y"] }), "two");
    expect(refused.body.message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.tags');
  });
});

describe("other writes", () => {
  it("own what they change, and lose what others change", () => {
    send("POST", MAPS, map("moved", { a: "1", b: "1" }), { fieldManager: "one" }, {});
    const { body } = patch(`${MAPS}/moved`, { data: { b: "2", c: "2" } }, "two");
    expect(owners(body)).toEqual({
      "one Update": { "f:data": { ".": {}, "f:a": {} } },
      "two Update": data("b", "c"),
    });
    const removed = patch(`${MAPS}/moved`, { data: { a: null } }, "two").body;
    expect(owners(removed)["one Update"]).toEqual({ "f:data": {} });
  });

  it("are known by the first word of their user agent", () => {
    const headers = { "user-agent": "robot/v1 (linux)" };
    const { body } = send("POST", MAPS, map("agent", { a: "1" }), {}, headers);
    expect(owners(body)).toHaveProperty("robot Update");
  });

  it("may replace managers, forget them all, but not make them up", () => {
    const made = apply(MAPS, map("edited", { a: "1" }), "one").body;
    const path = `${MAPS}/edited`;
    const put = (value: unknown) =>
      patch(path, [{ op: "replace", path: "/metadata/managedFields", value }], "editor", JSON_PATCH).body;
    const entry = { ...made.metadata.managedFields[0], manager: "heir" };
    expect(owners(put([entry]))).toEqual({ "heir Apply": data("a") });
    expect(owners(put([{ ...entry, operation: "Guess" }]))).toEqual({ "heir Apply": data("a") });
    expect(owners(put([{ ...entry, fieldsV1: { "k:{": {} } }]))).toEqual({ "heir Apply": data("a") });
    expect(owners(put([]))).toEqual({ "heir Apply": data("a") });
    expect(put([{}]).metadata).not.toHaveProperty("managedFields");
    // What was there before the first apply belongs to nobody in particular.
    const refused = apply(MAPS, map("edited", { a: "2" }), "one").body;
    expect(refused.message).toContain('conflict with "before-first-apply" using v1: .data.a');
  });

  it("are remembered one by one up to ten", () => {
    send("POST", MAPS, map("many", { k0: "0" }), { fieldManager: "m0" }, {});
    for (let i = 1; i <= 11; i++) {
      world.run(1_000_000);
      patch(`${MAPS}/many`, { data: { [`k${i}`]: "1" } }, `m${i}`);
    }
    const names = Object.keys(owners(world.get(`${MAPS}/many`).body as ApiObject));
    expect(names).toHaveLength(10);
    expect(names[0]).toBe("ancient-changes Update");
    expect(names).not.toContain("m1 Update");
    expect(names).toContain("m3 Update");
  });
});

describe("kubectl's own annotation", () => {
  const LAST = "kubectl.kubernetes.io/last-applied-configuration";

  it("makes kubectl the heir of what it applied on the client's side, and is kept up to date", () => {
    const config = map("heir", { a: "1", b: "1" });
    const annotations = { [LAST]: `${JSON.stringify(config)}\n` };
    const query = { fieldManager: "kubectl-client-side-apply" };
    send("POST", MAPS, map("heir", { a: "1", b: "1" }, { annotations }), query, {});
    expect(apply(MAPS, map("heir", { a: "2" }), "other").status).toBe(409);
    const { status, body } = apply(MAPS, map("heir", { a: "2" }), "kubectl");
    expect(status).toBe(200);
    expect(body.data).toEqual({ a: "2", b: "1" });
    expect(body.metadata.annotations[LAST]).toBe(
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"heir"}}\n',
    );
  });
});
