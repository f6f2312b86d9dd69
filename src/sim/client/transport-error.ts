import type { ApiRequest } from "../api/http";
import type { Status } from "../api/types";
import type { TransportError } from "../kernel/connection";

/** Reason of a Status that no server sent: the request or its answer never got through. */
export const TRANSPORT = "Transport";

const VERBS = { GET: "Get", POST: "Post", PUT: "Put", PATCH: "Patch", DELETE: "Delete" } as const;

/** The failure of a call as a Status with code 0, worded as Go's HTTP client does. */
export function transportStatus(
  request: ApiRequest,
  address: string,
  error: TransportError,
  connected: boolean,
): Status {
  const query = Object.keys(request.query)
    .map((key) => `${key}=${encodeURIComponent(request.query[key] ?? "")}`)
    .join("&");
  const url = `https://${address}${request.path}${query === "" ? "" : `?${query}`}`;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `${VERBS[request.method]} "${url}": ${describe(address, error, connected)}`,
    reason: TRANSPORT,
    details: { causes: [{ reason: error }] },
    code: 0,
  };
}

function describe(address: string, error: TransportError, connected: boolean): string {
  switch (error) {
    case "refused":
      return `dial tcp ${address}: connect: connection refused`;
    case "reset":
      return `read tcp ${address}: read: connection reset by peer`;
    case "lost":
      return "http2: client connection lost";
    case "timeout":
      return connected
        ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        : `dial tcp ${address}: i/o timeout`;
    case "closed":
      return "http2: client connection force closed via ClientConn.Close";
  }
}

/** The transport's error behind a Status, or undefined if a server sent it. */
export function transportErrorOf(status: Status): TransportError | undefined {
  if (status.reason !== TRANSPORT) return undefined;
  return status.details?.causes?.[0]?.reason as TransportError | undefined;
}

export function isNotFound(status: Status): boolean {
  return status.code === 404;
}

export function isConflict(status: Status): boolean {
  return status.reason === "Conflict";
}

export function isAlreadyExists(status: Status): boolean {
  return status.reason === "AlreadyExists";
}

/** History no longer covers the revision that was asked for: list again. */
export function isExpired(status: Status): boolean {
  return status.code === 410;
}

/** Refused because the namespace is being deleted: what was to be created there is of no use any more. */
export function isNamespaceTerminating(status: Status): boolean {
  const causes = status.details?.causes;
  return (
    status.code === 403 && causes !== undefined && causes.some((c) => c.reason === "NamespaceTerminating")
  );
}
