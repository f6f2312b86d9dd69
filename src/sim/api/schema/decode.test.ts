import { describe, expect, it } from "vitest";
import type { ApiObject } from "../types";
import { decodeObject } from "./decode";

const deployment = (spec: object): ApiObject =>
  ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, spec }) as ApiObject;
const problem = (kind: string, obj: ApiObject): string | undefined => decodeObject(kind, "v1", obj).problem;
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
    expect(decodeObject("Deployment", "v1", obj)).toEqual({ object: obj, problem: undefined });
    expect(decodeObject("Deployment", "v1", obj).object).toBe(obj);
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
    [withContainer({ ports: [null] }), "cannot unmarshal object into Go struct field"],
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
    [{ ...deployment({}), metadata: { creationTimestamp: "now" } }, 'parsing time "now"'],
  ])("refuses %j", (obj, message) => {
    const text = problem("Deployment", obj);
    expect(text).toContain('Deployment in version "v1" cannot be handled as a Deployment: ');
    expect(text).toContain(message);
  });

  it("refuses data that is not base64", () => {
    const secret = (data: unknown): ApiObject =>
      ({ apiVersion: "v1", kind: "Secret", metadata: {}, data }) as ApiObject;
    expect(problem("Secret", secret({ a: "aGk=" }))).toBeUndefined();
    expect(problem("Secret", secret({ a: "h!" }))).toContain("illegal base64 data at input byte 1");
  });

  it("drops nulls wherever they are, without touching the body", () => {
    const obj = Object.freeze({
      ...deployment({ replicas: null, unknown: { deep: [{ a: null, b: 1 }] } }),
      metadata: Object.freeze({ name: "x", creationTimestamp: null, labels: null, annotations: { a: null } }),
      status: null,
    }) as unknown as ApiObject;
    expect(decodeObject("Deployment", "v1", obj).object).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "x", annotations: { a: "" } },
      spec: { unknown: { deep: [{ b: 1 }] } },
    });
    expect("status" in obj).toBe(true);
  });

  it("is not confused by keys that every object inherits", () => {
    const obj = deployment({ constructor: { a: 1 }, toString: "x" });
    expect(decodeObject("Deployment", "v1", obj).problem).toBeUndefined();
  });

  it("gives up on endless nesting", () => {
    let deep: object = {};
    for (let i = 0; i < 100; i++) deep = { deep };
    expect(problem("Deployment", deployment({ deep }))).toContain("exceeded max depth");
  });
});
