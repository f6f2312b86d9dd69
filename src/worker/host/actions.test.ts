import { describe, expect, it } from "vitest";
import type { Command, HttpRequestSpec } from "../protocol/protocol";
import { isAction } from "./actions";

const http = (method: HttpRequestSpec["method"], path: string, headers = {}, body?: object): Command => ({
  type: "http",
  id: "1",
  request: { method, path, headers, ...(body === undefined ? {} : { body }) },
});
const POD = "/api/v1/namespaces/default/pods/a";

describe("isAction", () => {
  it.each<[boolean, Command]>([
    [true, { type: "power-off", host: "worker-1" }],
    [true, http("POST", "/api/v1/namespaces/default/pods")],
    [true, http("PATCH", "/api/v1/nodes/worker-1?fieldManager=kubectl-patch")],
    [true, http("DELETE", "/api/v1/namespaces/default/pods/a?dryRun=None")],
    [true, http("POST", "/api/v1/namespaces/default/serviceaccounts")],
    [true, http("GET", "/api/v1/namespaces/default/pods/a/exec?command=ls", { upgrade: "websocket" })],
    [false, http("GET", "/api/v1/pods?watch=true")],
    [false, http("GET", "/apis")],
    [false, http("POST", "/api/v1/namespaces/default/pods?fieldManager=x&dryRun=All")],
    [false, http("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")],
    [false, http("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews?x=y")],
    [false, http("POST", "/api/v1/namespaces/default/serviceaccounts/a/token")],
    [false, http("DELETE", POD, {}, { dryRun: ["All"] })],
    [true, http("DELETE", POD, {}, { dryRun: [] })],
    [false, http("POST", `${POD}/eviction`, {}, { deleteOptions: { dryRun: ["All"] } })],
    [true, http("POST", `${POD}/eviction`, {}, { dryRun: ["All"] })],
    [false, { type: "http-input", id: "1", input: { channel: 0, data: "x" } }],
    [false, { type: "http-cancel", id: "1" }],
  ])("%s: %j", (expected, command) => {
    expect(isAction({ at: 0, command })).toBe(expected);
  });
});
