/**
 * The `Status` objects with which the server refuses a request: codes, reasons, messages and details as upstream
 * (apimachinery `pkg/api/errors/errors.go`).
 */
import { aggregateText, toCause } from "./field-error";
import type { FieldError } from "./field-error";
import type { Status, StatusCause, StatusDetails } from "./types";

/** Which resource an error is about. `resource` is the plural; it may be empty. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** `deployments.apps`, or `pods` for the core group. */
function qualified(of: GroupResource): string {
  return of.group === "" ? of.resource : `${of.resource}.${of.group}`;
}

function failure(code: number, reason: string, message: string, details?: StatusDetails): Status {
  const status: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    code,
  };
  if (details !== undefined) status.details = details;
  return status;
}

/** Details naming the object; empty parts are left out, as upstream's encoding does. */
function detailsOf(of: GroupResource, name: string): StatusDetails {
  const details: StatusDetails = {};
  if (name !== "") details.name = name;
  if (of.group !== "") details.group = of.group;
  if (of.resource !== "") details.kind = of.resource;
  return details;
}

/** A bare success, e.g. the answer to a deletion that left nothing behind. */
export function success(details?: StatusDetails, code = 200): Status {
  const status: Status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code };
  if (details !== undefined) status.details = details;
  return status;
}

export function notFound(of: GroupResource, name: string): Status {
  return failure(404, "NotFound", `${qualified(of)} "${name}" not found`, detailsOf(of, name));
}

/** The path names no resource that is served. */
export function pathNotFound(): Status {
  return failure(404, "NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(of: GroupResource, name: string): Status {
  return failure(409, "AlreadyExists", `${qualified(of)} "${name}" already exists`, detailsOf(of, name));
}

/** A generated name was taken; the client may simply try again. */
export function generateNameConflict(of: GroupResource, name: string, retryAfterSeconds: number): Status {
  const message =
    `${qualified(of)} "${name}" already exists, ` +
    "the server was not able to generate a unique name for the object";
  return failure(409, "AlreadyExists", message, { ...detailsOf(of, name), retryAfterSeconds });
}

/** What optimistic locking answers to a stale resourceVersion. */
const OBJECT_MODIFIED =
  "the object has been modified; please apply your changes to the latest version and try again";

export function conflict(of: GroupResource, name: string, why: string = OBJECT_MODIFIED): Status {
  const message = `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`;
  return failure(409, "Conflict", message, detailsOf(of, name));
}

/** 409: an apply that would change fields of others. */
export function applyConflict(message: string, causes: StatusCause[]): Status {
  return failure(409, "Conflict", message, { causes });
}

/** Validation refused the object; `group` and `kind` are those of its type. */
export function invalid(group: string, kind: string, name: string, errors: readonly FieldError[]): Status {
  const what = group === "" ? kind : `${kind}.${group}`;
  const tail = errors.length === 0 ? "" : `: ${aggregateText(errors)}`;
  const details: StatusDetails = { ...detailsOf({ group, resource: kind }, name) };
  if (errors.length > 0) details.causes = errors.map(toCause);
  return failure(422, "Invalid", `${what} "${name}" is invalid${tail}`, details);
}

export function badRequest(message: string): Status {
  return failure(400, "BadRequest", message);
}

export function unauthorized(message = "Unauthorized"): Status {
  return failure(401, "Unauthorized", message);
}

export function forbidden(of: GroupResource, name: string, why: string, causes?: StatusCause[]): Status {
  let what = "";
  if (of.resource !== "") what = name === "" ? `${qualified(of)} is ` : `${qualified(of)} "${name}" is `;
  const details = detailsOf(of, name);
  if (causes !== undefined) details.causes = causes;
  return failure(403, "Forbidden", `${what}forbidden: ${why}`, details);
}

/** 410: a revision or continue token that history no longer covers. */
export function expired(message: string): Status {
  return failure(410, "Expired", message);
}

/** The 410 of a watch or list from a revision that has been compacted away. */
export function tooOldResourceVersion(asked: number, oldest: number): Status {
  return expired(`too old resource version: ${asked} (${oldest})`);
}

/** 504, e.g. when the storage did not answer in time. */
export function timeout(message: string, retryAfterSeconds = 0): Status {
  return failure(504, "Timeout", `Timeout: ${message}`, retryDetails(retryAfterSeconds));
}

export function tooManyRequests(message: string, retryAfterSeconds = 0, causes?: StatusCause[]): Status {
  const details = retryDetails(retryAfterSeconds);
  if (causes !== undefined) details.causes = causes;
  return failure(429, "TooManyRequests", message, details);
}

export function internalError(why: string): Status {
  return failure(500, "InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}

/** A failure without details, e.g. a message that came from elsewhere; reason "" is upstream's `Unknown`. */
export function genericFailure(code: number, message: string, reason = ""): Status {
  return failure(code, reason, message);
}

export function serviceUnavailable(message: string): Status {
  return failure(503, "ServiceUnavailable", message);
}

/** `verb` as the API calls it, e.g. `patch`. */
export function methodNotSupported(of: GroupResource, verb: string): Status {
  const message = `${verb} is not supported on resources of kind "${qualified(of)}"`;
  return failure(405, "MethodNotAllowed", message, detailsOf(of, ""));
}

export function unsupportedMediaType(accepted: readonly string[]): Status {
  const message =
    "the body of the request was in an unknown format - accepted media types include: " + accepted.join(", ");
  return failure(415, "UnsupportedMediaType", message);
}

export function notAcceptable(accepted: readonly string[]): Status {
  const message = `only the following media types are accepted: ${accepted.join(", ")}`;
  return failure(406, "NotAcceptable", message);
}

export function requestEntityTooLarge(why: string): Status {
  return failure(413, "RequestEntityTooLarge", `Request entity too large: ${why}`);
}

/** 422 without fields: a patch that cannot be applied to the object. */
export function unprocessable(message: string): Status {
  return failure(422, "Invalid", message, {});
}

function retryDetails(seconds: number): StatusDetails {
  return seconds > 0 ? { retryAfterSeconds: seconds } : {};
}

/** Whether an answer's body is a `Status` rather than an object. */
export function isStatus(body: unknown): body is Status {
  return typeof body === "object" && body !== null && (body as Status).kind === "Status";
}

/** Whether an answer is a refusal. */
export function isFailure(body: unknown): body is Status {
  return isStatus(body) && body.status === "Failure";
}
