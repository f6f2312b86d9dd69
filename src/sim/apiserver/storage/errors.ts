/**
 * Failures of the storage as clients see them (apiserver `pkg/endpoints/handlers/responsewriters/status.go`:
 * an error that is no API status becomes a 500 with its own text and no reason).
 */
import type { Status } from "../../api/types";
import type { EtcdError } from "../../etcd/records";

/** A 500 with a text and no reason. */
export function plainError(message: string, code = 500): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code };
}

/** What a request answers when etcd failed it. */
export function storageFailure(failure: EtcdError): Status {
  if (failure.code === "DeadlineExceeded") {
    const message = "Timeout: request did not complete within the allotted timeout";
    return { ...plainError(message, 504), reason: "Timeout", details: {} };
  }
  return plainError(failure.message);
}
