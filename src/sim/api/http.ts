/**
 * Requests and responses of the Kubernetes API as plain records: what travels between clients and API servers.
 * Bodies are objects shared by reference and never changed; nothing is serialized inside the simulation.
 */

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface ApiRequest {
  readonly method: HttpMethod;
  /** Path without query, e.g. `/api/v1/namespaces/default/pods/web-1/status`. */
  readonly path: string;
  /** Decoded query parameters, e.g. `{ watch: "true", resourceVersion: "41" }`. */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names: `content-type`, `accept`, `authorization`, `user-agent`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed body; undefined for none. */
  readonly body: unknown;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An object, a list, a Status, or text for a few paths. */
  readonly body: unknown;
}

/** What a watch stream carries after a response of 200. */
export interface WatchEvent<T = unknown> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/**
 * Who a client proves to be with its certificate (the connection's `identity`): common name and organizations.
 * Certificates of the simulation are not forged: only the cluster's bootstrap hands them out.
 */
export interface ClientCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
}
