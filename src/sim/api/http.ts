/**
 * Requests and responses of the Kubernetes API as plain records: what travels between clients and API servers.
 * Bodies are objects shared by reference and never changed; nothing is serialized inside the simulation.
 *
 * What follows an answer of 200 is a stream of items: `WatchEvent`s of a watch, pieces of text of a log that is
 * followed, and of `exec` and `attach` (asked for with the header `upgrade: websocket`, and answered with 101) a
 * conversation: `StreamOutput`s from the server, `StreamInput`s from the client. A refusal is an answer as any other.
 */

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface ApiRequest {
  readonly method: HttpMethod;
  /** Path without query, e.g. `/api/v1/namespaces/default/pods/web-1/status`. */
  readonly path: string;
  /** Decoded query parameters, e.g. `{ watch: "true", resourceVersion: "41" }`. */
  readonly query: Readonly<Record<string, string>>;
  /** All values of those parameters that were given more than once, e.g. `{ command: ["ls", "/tmp"] }`. */
  readonly repeated?: Readonly<Record<string, readonly string[]>>;
  /** Lower-case names: `content-type`, `accept`, `authorization`, `user-agent`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed body; undefined for none. */
  readonly body: unknown;
  /** Paths of the fields that the text of the body had twice, as `spec.replicas`; parsing keeps the last of each. */
  readonly duplicateFields?: readonly string[];
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An object, a list, a Status, text for a few paths, or bytes (a `Uint8Array`) that are written as they are. */
  readonly body: unknown;
}

/** What a watch stream carries after a response of 200. */
export interface WatchEvent<T = unknown> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/**
 * Channels of `exec` and `attach` (apimachinery `pkg/util/remotecommand/constants.go`; client-go
 * `tools/remotecommand/websocket.go`, protocol v5.channel.k8s.io): each WebSocket message begins with one.
 */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/**
 * What the server says in a conversation. On channels 1 and 2 pieces of text; last of all, on 3, a `Status` in JSON:
 * Success, or Failure of reason NonZeroExitCode with a cause of reason ExitCode whose message is the code.
 */
export interface StreamOutput {
  readonly channel: 1 | 2 | 3;
  readonly data: string;
}

/** What the client says: text for stdin, `{"Width":80,"Height":24}` on 4, the number of a channel it closes on 255. */
export interface StreamInput {
  readonly channel: 0 | 4 | 255;
  readonly data: string;
}

/** What a request with a query given as text is about: each parameter's last value, and all of repeated ones. */
export function queryOf(text: string): Pick<ApiRequest, "query" | "repeated"> {
  const all = new Map<string, string[]>();
  const query: Record<string, string> = {};
  for (const pair of text === "" ? [] : text.split("&")) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    query[name] = value;
    const known = all.get(name);
    if (known === undefined) all.set(name, [value]);
    else known.push(value);
  }
  const repeated = Object.fromEntries([...all].filter(([, values]) => values.length > 1));
  return Object.keys(repeated).length === 0 ? { query } : { query, repeated };
}

/** Every value of a parameter, in order. */
export function valuesOf(request: Pick<ApiRequest, "query" | "repeated">, name: string): readonly string[] {
  const one = request.query[name];
  return request.repeated?.[name] ?? (one === undefined ? [] : [one]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/**
 * Who a client proves to be with its certificate (the connection's `identity`): common name and organizations.
 * Certificates of the simulation are not forged: only the cluster's bootstrap hands them out.
 */
export interface ClientCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
}
