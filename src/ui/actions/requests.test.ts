import { describe, expect, it } from "vitest";
import type { ApiAnswer } from "../../worker/protocol/protocol";
import { cordonRequest, deletePodRequest, failureOf, isScalable, scaleRequest } from "./requests";

const answer = (status: number, body: unknown = null, error = ""): ApiAnswer => ({
  status,
  headers: {},
  body,
  error,
});

describe("requests", () => {
  it.each([
    ["Deployment", "/apis/apps/v1/namespaces/default/deployments/web/scale"],
    ["ReplicaSet", "/apis/apps/v1/namespaces/default/replicasets/web/scale"],
    ["StatefulSet", "/apis/apps/v1/namespaces/default/statefulsets/web/scale"],
    ["ReplicationController", "/api/v1/namespaces/default/replicationcontrollers/web/scale"],
  ])("scale a %s", (kind, path) => {
    const request = scaleRequest({ kind, namespace: "default", name: "web" }, 7);
    expect(request).toMatchObject({ method: "PATCH", path, body: { spec: { replicas: 7 } } });
    expect(isScalable(kind)).toBe(true);
  });

  it.each(["Pod", "DaemonSet", "Job"])("do not scale a %s", (kind) => expect(isScalable(kind)).toBe(false));

  it("cordon and delete", () => {
    expect(cordonRequest("worker-1", true).body).toEqual({ spec: { unschedulable: true } });
    expect(deletePodRequest("shop", "web-1").path).toBe("/api/v1/namespaces/shop/pods/web-1");
  });
});

describe("failureOf", () => {
  it.each([
    [answer(200), undefined],
    [answer(201), undefined],
    [answer(0, null, "connection refused"), "connection refused"],
    [answer(403, { message: "forbidden: no" }), "forbidden: no (403)"],
    [answer(500, "boom"), "error (500)"],
  ])("%#", (given, told) => expect(failureOf(given)).toBe(told));
});
