import { describe, expect, it } from "vitest";
import {
  duplicate,
  forbiddenField,
  invalid as invalidField,
  notSupported,
  required,
  tooLong,
  tooMany,
} from "./field-error";
import * as status from "./status";

const pods = { group: "", resource: "pods" };
const deployments = { group: "apps", resource: "deployments" };

describe("statuses", () => {
  it.each<[status.GroupResource | undefined, ReturnType<typeof status.notFound>, number, string, string]>([
    [pods, status.notFound(pods, "x"), 404, "NotFound", 'pods "x" not found'],
    [deployments, status.notFound(deployments, "x"), 404, "NotFound", 'deployments.apps "x" not found'],
    [pods, status.alreadyExists(pods, "x"), 409, "AlreadyExists", 'pods "x" already exists'],
    [
      deployments,
      status.conflict(deployments, "x"),
      409,
      "Conflict",
      'Operation cannot be fulfilled on deployments.apps "x": the object has been modified; ' +
        "please apply your changes to the latest version and try again",
    ],
    [pods, status.forbidden(pods, "x", "no"), 403, "Forbidden", 'pods "x" is forbidden: no'],
    [pods, status.forbidden(pods, "", "no"), 403, "Forbidden", "pods is forbidden: no"],
    [undefined, status.unauthorized(), 401, "Unauthorized", "Unauthorized"],
    [undefined, status.tooOldResourceVersion(3, 9), 410, "Expired", "too old resource version: 3 (9)"],
    [undefined, status.internalError("e"), 500, "InternalError", "Internal error occurred: e"],
    [undefined, status.timeout("slow"), 504, "Timeout", "Timeout: slow"],
    [
      pods,
      status.methodNotSupported(pods, "patch"),
      405,
      "MethodNotAllowed",
      'patch is not supported on resources of kind "pods"',
    ],
  ])("%j: %j", (about, made, code, reason, message) => {
    expect(made).toMatchObject({ kind: "Status", status: "Failure", code, reason, message });
    if (about !== undefined) expect(made.details?.kind).toBe(about.resource);
    expect(status.isFailure(made)).toBe(true);
  });

  it("names every cause of an invalid object", () => {
    const errors = [
      invalidField("spec.replicas", -1, "must be greater than or equal to 0"),
      required("spec.selector"),
      required("spec.selector"),
    ];
    const made = status.invalid("apps", "Deployment", "x", errors);
    expect(made.message).toBe(
      'Deployment.apps "x" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, ' +
        "spec.selector: Required value]",
    );
    expect(made.details).toMatchObject({ name: "x", group: "apps", kind: "Deployment" });
    expect(made.details?.causes?.[0]).toEqual({
      reason: "FieldValueInvalid",
      field: "spec.replicas",
      message: "Invalid value: -1: must be greater than or equal to 0",
    });
    expect(status.invalid("", "Pod", "x", errors.slice(0, 1)).message).toBe(
      'Pod "x" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });

  it.each([
    [duplicate("f", "a"), 'Duplicate value: "a"'],
    [forbiddenField("f", "no"), "Forbidden: no"],
    [notSupported("f", "x", ["A", "B"]), 'Unsupported value: "x": supported values: "A", "B"'],
    [tooLong("f", 63), "Too long: may not be more than 63 bytes"],
    [tooMany("f", 5, 3), "Too many: 5: must have at most 3 items"],
    [invalidField("f", { a: 1 }, "bad"), 'Invalid value: {"a":1}: bad'],
    [invalidField("f", undefined, "bad"), "Invalid value: null: bad"],
  ])("%j", (error, message) => {
    expect(error.message).toBe(message);
  });
});
