import { describe, expect, it } from "vitest";
import type { ApiObject } from "../types";
import { decodeObject } from "./decode";

const deployment = (spec: object): ApiObject =>
  ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, spec }) as ApiObject;
const problem = (kind: string, obj: ApiObject): string | undefined =>
  decodeObject(obj.apiVersion ?? "v1", kind, obj).problem?.text;
const withContainer = (container: object): ApiObject =>
  deployment({ template: { spec: { containers: [container] } } });

describe("decodeObject", () => {
  it("returns a sound object as it is", () => {
    const obj = withContainer({
      name: "c",
      image: "i",
      ports: [{ containerPort: 80 }],
      resources: { limits: { cpu: 1 } },
    });
    expect(decodeObject("apps/v1", "Deployment", obj)).toEqual({
      object: obj,
      problem: undefined,
      unknown: [],
    });
    expect(decodeObject("apps/v1", "Deployment", obj).object).toBe(obj);
  });

  it.each([
    ["2026-01-01T00:00:33.000Z", "2026-01-01T00:00:33Z"],
    ["2026-01-01T02:00:33.9+02:00", "2026-01-01T00:00:33Z"],
  ])("stores the time %s as Go does", (given, stored) => {
    const obj = { ...deployment({}), metadata: { creationTimestamp: given } };
    expect(decodeObject("apps/v1", "Deployment", obj).object.metadata.creationTimestamp).toBe(stored);
  });

  it.each<[ApiObject, string]>([
    [
      deployment({ replicas: "3" }),
      "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      deployment({ replicas: 1.5 }),
      "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      deployment({ selector: [] }),
      "json: cannot unmarshal array into Go struct field DeploymentSpec.spec.selector of type v1.LabelSelector",
    ],
    [
      deployment({ template: { spec: { containers: {} } } }),
      "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
    ],
    [
      withContainer({ name: 5 }),
      "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.name of type string",
    ],
    [
      withContainer({ env: [{ name: "A", value: true }] }),
      "json: cannot unmarshal bool into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
    ],
    [
      deployment({ replicas: 3_000_000_000 }),
      "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      withContainer({ imagePullPolicy: 5 }),
      "Container.spec.template.spec.containers.imagePullPolicy of type v1.PullPolicy",
    ],
    [withContainer({ image: 5 }), "Container.spec.template.spec.containers.image of type string"],
    [
      withContainer({ ports: [5] }),
      "number into Go struct field Container.spec.template.spec.containers.ports of type v1.ContainerPort",
    ],
    [
      withContainer({ resources: { limits: { cpu: "much" } } }),
      "quantities must match the regular expression",
    ],
    [
      { ...deployment({}), metadata: "x" } as never,
      "json: cannot unmarshal string into Go struct field Deployment.metadata of type v1.ObjectMeta",
    ],
    [
      { ...deployment({}), metadata: { labels: { a: 1 } } } as never,
      "cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
    ],
    [
      { ...deployment({}), metadata: { creationTimestamp: "now" } },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
  ])("refuses %j", (obj, message) => {
    const text = problem("Deployment", obj);
    expect(text).toContain(message);
  });

  it("refuses data that is not base64", () => {
    const secret = (data: unknown): ApiObject =>
      ({ apiVersion: "v1", kind: "Secret", metadata: {}, data }) as ApiObject;
    expect(problem("Secret", secret({ a: "aGk=" }))).toBeUndefined();
    expect(problem("Secret", secret({ a: "h!" }))).toContain("illegal base64 data at input byte 1");
  });

  it("drops nulls and unknown fields wherever they are, without touching the body", () => {
    const obj = Object.freeze({
      ...deployment({ replicas: null, unknown: { deep: [{ a: null, b: 1 }] } }),
      metadata: Object.freeze({ name: "x", creationTimestamp: null, labels: null, annotations: { a: null } }),
      status: null,
    }) as unknown as ApiObject;
    expect(decodeObject("apps/v1", "Deployment", obj).object).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "x", annotations: { a: "" } },
      spec: {},
    });
    expect("status" in obj).toBe(true);
  });

  it("makes nulls in lists what Go has when nothing is said", () => {
    const obj = withContainer({ name: "c", command: ["a", null], ports: [null] });
    expect(decodeObject("apps/v1", "Deployment", obj).object).toEqual(
      withContainer({ name: "c", command: ["a", ""], ports: [{}] }),
    );
  });

  it("tells the paths of unknown fields in the order of the body", () => {
    const obj = {
      ...withContainer({ name: "c", imag: "i", env: [{ name: "A" }, { name: "B", valu: "x" }] }),
      metadata: { name: "x", label: {} },
      extra: 1,
    } as unknown as ApiObject;
    expect(decodeObject("apps/v1", "Deployment", obj).unknown).toEqual([
      "metadata.label",
      "spec.template.spec.containers[0].imag",
      "spec.template.spec.containers[0].env[1].valu",
      "extra",
    ]);
  });

  it("keeps objects of any kind as they are", () => {
    const data = { a: null, list: [null, 1] };
    const obj = { apiVersion: "apps/v1", kind: "ControllerRevision", metadata: {}, revision: 1, data };
    expect(decodeObject("apps/v1", "ControllerRevision", obj as unknown as ApiObject).object).toBe(obj);
  });

  it("is not confused by keys that every object inherits", () => {
    const obj = deployment({ constructor: { a: 1 }, toString: "x" });
    const { problem: wrong, unknown } = decodeObject("apps/v1", "Deployment", obj);
    expect([wrong, unknown]).toEqual([undefined, ["spec.constructor", "spec.toString"]]);
  });

  it("gives up on endless nesting", () => {
    let deep: object = {};
    for (let i = 0; i < 5000; i++) deep = { deep };
    const obj = { apiVersion: "apps/v1", kind: "ControllerRevision", metadata: {}, data: deep };
    expect(problem("ControllerRevision", obj as unknown as ApiObject)).toContain("exceeded max depth");
  });
});
