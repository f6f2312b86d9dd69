import { describe, expect, it } from "vitest";
import { resources } from "../../api/registry";
import { defineResource } from "../../api/resource";
import type { ApiRequest, ApiResponse } from "../../api/http";
import { openApiAnswer } from "./openapi";

type Doc = Record<string, any>;

const get = (path: string, query = {}, headers = {}): ApiRequest => ({
  method: "GET",
  path,
  query,
  headers,
  body: undefined,
});
const ask = (path: string, query = {}, headers = {}): ApiResponse | undefined =>
  openApiAnswer(resources, get(path, query, headers));
const bodyOf = (answer: ApiResponse | undefined): any => answer?.body;
const document = (path: string, of = resources): Doc =>
  openApiAnswer(of, get(`/openapi/v3/${path}`))?.body as Doc;
const index = bodyOf(ask("/openapi/v3")).paths as Record<string, { serverRelativeURL: string }>;

/** Every `$ref` in a document. */
function refsOf(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return found;
  for (const [key, member] of Object.entries(value)) {
    if (key === "$ref" && typeof member === "string") found.add(member);
    else refsOf(member, found);
  }
  return found;
}

describe("the index", () => {
  it("has a document for every group version", () => {
    const wanted = new Set(
      resources.map(({ group, version }) => (group === "" ? `api/${version}` : `apis/${group}/${version}`)),
    );
    expect(new Set(Object.keys(index))).toEqual(wanted);
  });

  it("links to documents by their hash", () => {
    for (const [path, { serverRelativeURL }] of Object.entries(index)) {
      const [, hash = ""] = serverRelativeURL.split("?hash=");
      expect(serverRelativeURL).toBe(`/openapi/v3/${path}?hash=${hash}`);
      const answer = ask(`/openapi/v3/${path}`, { hash });
      expect(answer?.status).toBe(200);
      expect(answer?.headers["cache-control"]).toContain("immutable");
    }
  });

  it("changes a hash with the resources of the group version, and no other", () => {
    const fewer = resources.filter((def) => def.kind !== "Deployment");
    const then = bodyOf(openApiAnswer(fewer, get("/openapi/v3"))).paths;
    expect(then["apis/apps/v1"]).not.toEqual(index["apis/apps/v1"]);
    expect(then["api/v1"]).toEqual(index["api/v1"]);
  });
});

describe("documents", () => {
  it.each(Object.keys(index))("%s is whole", (path) => {
    const made = document(path);
    const schemas = made["components"].schemas as Doc;
    for (const ref of refsOf(made))
      expect(schemas).toHaveProperty([ref.slice("#/components/schemas/".length)]);
    const ids = Object.values(made["paths"] as Doc).flatMap((item) =>
      Object.values(item as Doc).flatMap((operation: Doc) => operation["operationId"] ?? []),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("say of each resource which kind it is, and that fields are validated", () => {
    for (const def of resources) {
      if (!def.verbs.includes("patch")) continue;
      const { group, version, kind, resource, namespaced } = def;
      const root = group === "" ? `api/${version}` : `apis/${group}/${version}`;
      const path = `/${root}/${namespaced ? "namespaces/{namespace}/" : ""}${resource}/{name}`;
      const { patch } = document(root)["paths"][path] as Doc;
      expect(patch["x-kubernetes-group-version-kind"]).toEqual({ group, version, kind });
      expect(patch["parameters"].map((p: Doc) => p["name"])).toContain("fieldValidation");
      expect(Object.keys(patch["requestBody"].content)).toContain("application/merge-patch+json");
    }
  });

  it("have schemas as upstream writes them", () => {
    const schemas = document("api/v1")["components"].schemas as Doc;
    expect(schemas["io.k8s.api.core.v1.Pod"]).toMatchObject({
      type: "object",
      "x-kubernetes-group-version-kind": [{ group: "", kind: "Pod", version: "v1" }],
    });
    const { containers, volumes } = schemas["io.k8s.api.core.v1.PodSpec"].properties as Doc;
    expect(containers).toMatchObject({
      type: "array",
      items: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.Container" }], default: {} },
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-list-type": "map",
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
    });
    expect(volumes["x-kubernetes-patch-strategy"]).toBe("merge,retainKeys");
    expect(schemas["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]).toMatchObject({
      format: "int-or-string",
      oneOf: [{ type: "integer" }, { type: "string" }],
    });
    expect(schemas["io.k8s.api.core.v1.ContainerPort"].properties.protocol).toMatchObject({ default: "TCP" });
    expect(schemas["io.k8s.api.core.v1.ContainerPort"].required).toEqual(["containerPort"]);
  });

  it("list the values of strings that have only some", () => {
    const listed = new Map<string, unknown>();
    for (const path of Object.keys(index)) {
      for (const [name, schema] of Object.entries(document(path)["components"].schemas as Doc)) {
        for (const [field, property] of Object.entries((schema as Doc)["properties"] ?? {})) {
          const values: unknown = (property as Doc)["enum"];
          if (values !== undefined) listed.set(`${name.split(".").at(-1)}.${field}`, values);
        }
      }
    }
    expect(listed.get("PodSpec.restartPolicy")).toEqual(["Always", "Never", "OnFailure"]);
    expect(listed.get("ServicePort.protocol")).toEqual(["SCTP", "TCP", "UDP"]);
    // All that are known are found.
    expect(listed.size).toBe(48);
  });

  it("have the schema that the definition of a custom kind states", () => {
    const crontabs = defineResource({
      group: "stable.example.com",
      version: "v1",
      kind: "CronTab",
      resource: "crontabs",
      namespaced: true,
      openAPISchema: { type: "object", properties: { spec: { type: "object" } } },
    });
    const made = document("apis/stable.example.com/v1", [...resources, crontabs]);
    const schemas = made["components"].schemas as Doc;
    expect(schemas["com.example.stable.v1.CronTab"]).toMatchObject({
      properties: { spec: { type: "object" }, kind: { type: "string" } },
      "x-kubernetes-group-version-kind": [{ group: "stable.example.com", kind: "CronTab", version: "v1" }],
    });
    expect(schemas).toHaveProperty(["com.example.stable.v1.CronTabList"]);
    const { patch } = made["paths"]["/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}"];
    expect(Object.keys(patch.requestBody.content)).not.toContain("application/strategic-merge-patch+json");
    for (const ref of refsOf(made))
      expect(schemas).toHaveProperty([ref.slice("#/components/schemas/".length)]);
  });
});

describe("answers", () => {
  it("send a client with an old hash to the new document", () => {
    const answer = ask("/openapi/v3/api/v1", { hash: "OLD" });
    expect(answer).toMatchObject({
      status: 301,
      headers: { location: `?${index["api/v1"]?.serverRelativeURL.split("?")[1]}` },
    });
  });

  it("do not repeat what a client has", () => {
    const etag = ask("/openapi/v3/api/v1")?.headers["etag"] ?? "";
    expect(ask("/openapi/v3/api/v1", {}, { "if-none-match": etag })).toMatchObject({ status: 304 });
    expect(ask("/openapi/v3/api/v1", {}, { "if-none-match": '"x"' })).toMatchObject({ status: 200 });
  });

  it("give version 2 as the bytes of an empty document", () => {
    const accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    const answer = ask("/openapi/v2", {}, { accept });
    expect([...bodyOf(answer)]).toEqual([0x0a, 3, 0x32, 0x2e, 0x30]);
    expect(answer?.headers["content-type"]).toBe(
      "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    );
    expect(ask("/openapi/v2")?.body).toMatchObject({ swagger: "2.0" });
  });

  it("refuse what nobody can write, and know no other paths", () => {
    expect(ask("/openapi/v3", {}, { accept: "image/png" })).toMatchObject({
      status: 406,
      body: {
        reason: "NotAcceptable",
        message: "only the following media types are accepted: application/json",
      },
    });
    expect(ask("/openapi/v3/apis/nothing/v1")).toBeUndefined();
    expect(ask("/openapi")).toBeUndefined();
  });
});
