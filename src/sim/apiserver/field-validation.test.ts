import { beforeAll, describe, expect, it } from "vitest";
import type { ApiResponse } from "../api/http";
import type { Status } from "../api/types";
import { MERGE, STRATEGIC } from "../testing/api-samples";
import { ApiWorld, type RequestExtras } from "../testing/api-world";
import { warningHeader } from "./registry/warnings";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const JSON_PATCH = { "content-type": "application/json-patch+json" };
const STRICT = { fieldValidation: "Strict" };

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
});

const message = (answer: ApiResponse): string => (answer.body as Status).message ?? "";
const configMap = (name: string, more: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { a: "1" },
  ...more,
});
const deployment = (name: string, container: object, spec: object = {}): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "c", image: "i", ...container }] },
    },
    ...spec,
  },
});

describe("create", () => {
  const wrong = deployment("wrong", { imag: "i", env: [{ name: "A", valu: "1" }] }, { replica: 3 });
  const problems = [
    'unknown field "spec.template.spec.containers[0].imag"',
    'unknown field "spec.template.spec.containers[0].env[0].valu"',
    'unknown field "spec.replica"',
  ];

  it("refuses unknown fields when it is strict, and stores nothing", () => {
    const answer = world.create(DEPLOYMENTS, wrong, { query: STRICT });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ reason: "BadRequest", code: 400 });
    expect(message(answer)).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ' +
        problems.join(", "),
    );
    expect(world.get(`${DEPLOYMENTS}/wrong`).status).toBe(404);
  });

  it.each<[string, Record<string, string>]>([
    ["by default", {}],
    ["when asked to", { fieldValidation: "Warn" }],
  ])("warns of unknown fields %s, and drops them", (how, query) => {
    const name = how === "by default" ? "warned-a" : "warned-b";
    const answer = world.create(CONFIG_MAPS, configMap(name, { dat: {}, metadata: { name, label: {} } }), {
      query,
    });
    expect(answer.status).toBe(201);
    expect(answer.headers["warning"]).toBe(
      '299 - "unknown field \\"metadata.label\\"", 299 - "unknown field \\"dat\\""',
    );
    expect(answer.body).not.toHaveProperty("dat");
    expect(answer.body).not.toHaveProperty("metadata.label");
  });

  it("says nothing when it is to ignore them", () => {
    const query = { fieldValidation: "Ignore" };
    const answer = world.create(CONFIG_MAPS, configMap("ignored", { dat: {} }), { query });
    expect(answer.status).toBe(201);
    expect(answer.headers).not.toHaveProperty("warning");
    expect(answer.body).not.toHaveProperty("dat");
  });

  it("tells of fields that the text had twice", () => {
    const duplicateFields = ["data.a", "metadata.name"];
    const refused = world.create(CONFIG_MAPS, configMap("twice"), { query: STRICT, duplicateFields });
    expect(message(refused)).toContain(
      'strict decoding error: duplicate field "data.a", duplicate field "metadata.name"',
    );
    const warned = world.create(CONFIG_MAPS, configMap("twice"), { duplicateFields });
    expect(warned.status).toBe(201);
    expect(warned.headers["warning"]).toBe(
      '299 - "duplicate field \\"data.a\\"", 299 - "duplicate field \\"metadata.name\\""',
    );
  });

  it("refuses a wrong type before anything else", () => {
    const body = configMap("typed", { data: { a: 5 }, dat: 1 });
    expect(message(world.create(CONFIG_MAPS, body, { query: STRICT }))).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: ' +
        "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
    );
  });
});

describe("options", () => {
  it.each<[string, Record<string, string>, string]>([
    [
      "POST",
      { fieldValidation: "Loose" },
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loose": ' +
        'supported values: "", "Ignore", "Strict", "Warn"',
    ],
    [
      "PUT",
      { dryRun: "Some" },
      'UpdateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: ' +
        'supported values: "All"',
    ],
    ["PATCH", { fieldValidation: "strict" }, 'PatchOptions.meta.k8s.io "" is invalid: fieldValidation'],
  ])("of a %s that mean nothing are refused: %j", (method, query, text) => {
    const path = method === "POST" ? CONFIG_MAPS : `${CONFIG_MAPS}/options`;
    const extras: RequestExtras = {
      query,
      body: configMap("options"),
      headers: method === "PATCH" ? MERGE : {},
    };
    const answer = world.request(method as "POST", path, extras);
    expect(answer.status).toBe(422);
    expect(message(answer)).toContain(text);
  });
});

describe("update", () => {
  it("looks at the whole body", () => {
    const made = world.create(CONFIG_MAPS, configMap("put")).body as object;
    const body = { ...made, immutabl: true };
    const refused = world.request("PUT", `${CONFIG_MAPS}/put`, { body, query: STRICT });
    expect(message(refused)).toContain('strict decoding error: unknown field "immutabl"');
    const warned = world.request("PUT", `${CONFIG_MAPS}/put`, { body });
    expect(warned.headers["warning"]).toBe('299 - "unknown field \\"immutabl\\""');
    expect(warned.body).toEqual(made);
  });

  it("warns of what is seldom meant", () => {
    const made = world.create(DEPLOYMENTS, deployment("env", {})).body as any;
    const env = [{ name: "A" }, { name: "A" }];
    const body = deployment("env", { env });
    const { headers } = world.request("PUT", `${DEPLOYMENTS}/env`, {
      body: { ...body, metadata: made.metadata },
    });
    expect(headers["warning"]).toBe(
      '299 - "spec.template.spec.containers[0].env[1]: hides previous definition of \\"A\\", ' +
        'which may be dropped when using apply"',
    );
  });
});

describe("patch", () => {
  it.each<[string, Record<string, string>, unknown, string]>([
    [
      "merge",
      MERGE,
      { dat: { b: "2" } },
      ' "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"dat\\":{\\"b\\":\\"2\\"},',
    ],
    [
      "JSON patch",
      JSON_PATCH,
      [{ op: "add", path: "/dat", value: 1 }],
      ' "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"dat\\":1,',
    ],
    [
      "strategic merge",
      STRATEGIC,
      { dat: { b: "2", a: [1, true, null] } },
      ' "" is invalid: patch: Invalid value: "map[dat:map[a:[1 true <nil>] b:2]]": ',
    ],
  ])("refuses unknown fields in the outcome of a %s", (type, headers, body, text) => {
    const name = `strict-${type.slice(0, 2).toLowerCase()}`;
    world.create(CONFIG_MAPS, configMap(name));
    const answer = world.request("PATCH", `${CONFIG_MAPS}/${name}`, { headers, body, query: STRICT });
    expect(answer.status).toBe(422);
    expect(message(answer)).toContain(text);
    expect(message(answer)).toMatch(/: strict decoding error: unknown field "dat"$/);
    const warned = world.request("PATCH", `${CONFIG_MAPS}/${name}`, { headers, body });
    expect(warned.status).toBe(200);
    expect(warned.headers["warning"]).toBe('299 - "unknown field \\"dat\\""');
  });

  it.each<[Record<string, string>, unknown, string]>([
    [
      STRATEGIC,
      { spec: { replicas: "three" } },
      ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:three]]": unrecognized type: int32',
    ],
    [
      STRATEGIC,
      { spec: { template: [] } },
      ' "" is invalid: patch: Invalid value: "map[spec:map[template:[]]]": cannot restore struct from: slice',
    ],
    [
      MERGE,
      { spec: { replicas: "three" } },
      "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
  ])("says what is of the wrong type", (headers, body, text) => {
    world.create(DEPLOYMENTS, deployment("types", {}));
    const answer = world.request("PATCH", `${DEPLOYMENTS}/types`, { headers, body });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      reason: "Invalid",
      details: { causes: [{ reason: "FieldValueInvalid", field: "patch" }] },
    });
    expect(message(answer)).toContain(text);
  });

  it.each<[Record<string, string>, unknown, string]>([
    [
      JSON_PATCH,
      { op: "add" },
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    ],
    [
      MERGE,
      [],
      "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
    ],
    [STRATEGIC, "x", "json: cannot unmarshal string into Go value of type map[string]interface {}"],
  ])("refuses what is no patch of its type", (headers, body, text) => {
    world.create(CONFIG_MAPS, configMap("no-patch"));
    const answer = world.request("PATCH", `${CONFIG_MAPS}/no-patch`, { headers, body });
    expect(answer.status).toBe(400);
    expect(message(answer)).toBe(text);
  });
});

describe("other bodies", () => {
  const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  it("are read as strictly", () => {
    const body = { spec: { nonResourceAttributes: { path: "/", verb: "get", x: 1 } } };
    expect(message(world.create(REVIEWS, body, { query: STRICT }))).toBe(
      'SelfSubjectAccessReview in version "v1" cannot be handled as a SelfSubjectAccessReview: ' +
        'strict decoding error: unknown field "spec.nonResourceAttributes.x"',
    );
    expect(world.create(REVIEWS, body).headers["warning"]).toContain("nonResourceAttributes.x");
    expect(world.create(REVIEWS, { spec: [] }).status).toBe(400);
    expect(world.create(REVIEWS, { kind: "Pod" }).status).toBe(400);
  });
});

describe("deprecated kinds", () => {
  it("say so to everybody", () => {
    const answer = world.get("/api/v1/namespaces/default/endpoints");
    expect(answer.headers["warning"]).toBe(
      '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"',
    );
  });
});

describe("warningHeader", () => {
  it.each<[string[], string]>([
    [["a"], '299 - "a"'],
    [["a, b", 'say "x" \\ y'], '299 - "a, b", 299 - "say \\"x\\" \\\\ y"'],
    [["line\nbreak"], '299 - "linebreak"'],
  ])("of %j", (texts, header) => {
    expect(warningHeader(texts)).toBe(header);
  });

  it("keeps to what clients take", () => {
    const header = warningHeader(Array.from({ length: 40 }, () => "x".repeat(300)));
    expect(header.length).toBeLessThan(4600);
    expect(header.split(", ")).toHaveLength(16);
  });
});
