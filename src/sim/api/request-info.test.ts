import { describe, expect, it } from "vitest";
import { parseRequestInfo } from "./request-info";

describe("parseRequestInfo", () => {
  it.each<[string, string, object]>([
    ["GET", "/api/v1/pods", { verb: "list", group: "", version: "v1", resource: "pods", namespace: "" }],
    ["GET", "/api/v1/namespaces/d/pods", { verb: "list", resource: "pods", namespace: "d", name: "" }],
    ["GET", "/api/v1/namespaces/d/pods?watch=true", { verb: "watch", namespace: "d" }],
    ["GET", "/api/v1/pods?watch=0", { verb: "list" }],
    ["GET", "/api/v1/namespaces/d/pods/p", { verb: "get", name: "p", subresource: "" }],
    ["PUT", "/api/v1/namespaces/d/pods/p/status", { verb: "update", name: "p", subresource: "status" }],
    ["POST", "/api/v1/namespaces/d/pods/p/binding", { verb: "create", subresource: "binding" }],
    ["GET", "/api/v1/namespaces", { verb: "list", resource: "namespaces", name: "" }],
    ["GET", "/api/v1/namespaces/d", { verb: "get", resource: "namespaces", namespace: "d", name: "d" }],
    ["PUT", "/api/v1/namespaces/d/finalize", { resource: "namespaces", name: "d", subresource: "finalize" }],
    [
      "PATCH",
      "/apis/apps/v1/namespaces/d/deployments/w/scale",
      { verb: "patch", group: "apps", name: "w", subresource: "scale" },
    ],
    ["DELETE", "/api/v1/nodes/n", { verb: "delete", resource: "nodes", name: "n" }],
    ["DELETE", "/api/v1/namespaces/d/pods", { verb: "deletecollection" }],
    ["GET", "/api/v1/pods?fieldSelector=metadata.name%3Dx,a=b", { verb: "list", name: "x" }],
    ["GET", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/a%20b", { name: "a b" }],
    ["GET", "/healthz", { isResource: false, verb: "get", path: "/healthz" }],
    ["GET", "/api/v1", { isResource: false }],
    ["GET", "/apis/apps/v1", { isResource: false }],
    ["GET", "/apis", { isResource: false }],
  ])("%s %s", (method, target, expected) => {
    expect(parseRequestInfo(method, target)).toMatchObject(expected);
  });

  it("decodes the query", () => {
    const { query } = parseRequestInfo(
      "GET",
      "/api/v1/pods?labelSelector=a+in+%28b%2Cc%29&limit=5&x&bad=%zz",
    );
    expect(query).toEqual({ labelSelector: "a in (b,c)", limit: "5", x: "", bad: "%zz" });
  });

  it("does not let one request's name leak into another by the cache", () => {
    parseRequestInfo("GET", "/api/v1/configmaps?fieldSelector=metadata.name=x");
    expect(parseRequestInfo("GET", "/api/v1/configmaps").name).toBe("");
  });
});
