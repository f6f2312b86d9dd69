import { describe, expect, it } from "vitest";
import { resources } from "../registry";
import type { Shape, StructShape } from "./shape";
import { shapeOf } from "./shapes";

function at(shape: Shape | undefined, path: string): Shape | undefined {
  let here = shape;
  for (const key of path.split(".")) {
    if (typeof here !== "object") return undefined;
    if ("list" in here) here = here.list;
    else if ("map" in here) here = here.map;
    if (typeof here !== "object" || !("struct" in here)) return undefined;
    here = here.fields[key];
  }
  return here;
}

describe("shapeOf", () => {
  it.each(resources.map((r) => [r.apiVersion, r.kind] as const))("knows %s %s", (apiVersion, kind) => {
    const shape = shapeOf(apiVersion, kind) as StructShape;
    expect(shape.struct).toBe(kind);
    expect(shape.version).toBe(apiVersion.slice(apiVersion.indexOf("/") + 1));
    expect(shape.fields).toMatchObject({ apiVersion: "string", kind: "string" });
  });

  it("keeps kinds of one name apart", () => {
    expect(shapeOf("v1", "Event")?.fields).toHaveProperty("involvedObject");
    expect(shapeOf("events.k8s.io/v1", "Event")?.fields).toHaveProperty("regarding");
    expect(at(shapeOf("autoscaling/v2", "HorizontalPodAutoscaler"), "spec.metrics")).toBeDefined();
    expect(at(shapeOf("autoscaling/v1", "HorizontalPodAutoscaler"), "spec.metrics")).toBeUndefined();
  });

  it("knows nothing of other kinds", () => {
    expect(shapeOf("v1", "Deployment")).toBeUndefined();
    expect(shapeOf("example.com/v1", "Pod")).toBeUndefined();
    expect(shapeOf("v1", "constructor")).toBeUndefined();
  });

  it.each<[string, string, string, object]>([
    ["v1", "Pod", "spec.containers", { listType: "map", keys: ["name"], merge: true, mergeKey: "name" }],
    ["v1", "Pod", "spec.containers.ports", { listType: "map", keys: ["containerPort", "protocol"] }],
    ["v1", "Pod", "spec.containers.ports", { merge: true, mergeKey: "containerPort" }],
    ["v1", "Pod", "spec.containers.command", { list: "string", listType: "atomic" }],
    ["v1", "Pod", "metadata.finalizers", { list: "string", listType: "set", merge: true }],
    ["v1", "Pod", "spec.nodeSelector", { map: "string", atomic: true }],
    ["v1", "Pod", "spec.containers.resources.limits", { map: "quantity" }],
    ["v1", "Service", "spec.ports", { keys: ["port", "protocol"], mergeKey: "port" }],
    ["v1", "Service", "spec.selector", { atomic: true }],
    ["apps/v1", "Deployment", "spec.selector", { struct: "LabelSelector", atomic: true }],
    ["v1", "Secret", "data", { map: "bytes" }],
    ["metrics.k8s.io/v1beta1", "PodMetrics", "containers.usage", { map: "quantity" }],
  ])("%s %s %s", (apiVersion, kind, path, facts) => {
    expect(at(shapeOf(apiVersion, kind), path)).toMatchObject(facts);
  });

  it.each<[string, string, string, string]>([
    ["v1", "Pod", "spec.activeDeadlineSeconds", "int64"],
    ["v1", "Pod", "spec.containers.livenessProbe.httpGet.port", "intOrString"],
    ["v1", "Pod", "status.startTime", "time"],
    ["v1", "Pod", "spec.volumes.emptyDir.sizeLimit", "quantity"],
    ["coordination.k8s.io/v1", "Lease", "spec.renewTime", "microTime"],
    ["apps/v1", "ControllerRevision", "data", "object"],
    ["v1", "Pod", "metadata.managedFields.fieldsV1", "object"],
    [
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      "spec.versions.schema.openAPIV3Schema.maximum",
      "double",
    ],
    [
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      "spec.versions.schema.openAPIV3Schema.default",
      "any",
    ],
  ])("%s %s %s is %s", (apiVersion, kind, path, scalar) => {
    expect(at(shapeOf(apiVersion, kind), path)).toBe(scalar);
  });

  it("lets types hold themselves", () => {
    const schema = at(
      shapeOf("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
      "spec.versions.schema.openAPIV3Schema",
    ) as StructShape;
    expect(at(schema, "not")).toBe(schema);
  });
});
