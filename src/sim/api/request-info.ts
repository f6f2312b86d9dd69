/**
 * What a request is about, read from its method and path (apiserver `pkg/endpoints/request/requestinfo.go`).
 */
import type { Verb } from "./resource";

/** The part of a request's target that the path alone gives. */
export interface ResourcePath {
  /** False for `/version`, `/healthz`, `/apis` and other paths that name no resource. */
  readonly isResource: boolean;
  /** The path without its query. */
  readonly path: string;
  readonly group: string;
  readonly version: string;
  /** `""` for cluster-scoped requests and for lists over all namespaces. */
  readonly namespace: string;
  readonly resource: string;
  /** `""` for collections. */
  readonly name: string;
  readonly subresource: string;
}

export interface RequestInfo extends ResourcePath {
  /** The API verb; for paths that name no resource, the HTTP method in lower case. */
  readonly verb: Verb | string;
  /** The query, decoded; of repeated keys the last one. */
  readonly query: Readonly<Record<string, string>>;
}

const NO_QUERY: Readonly<Record<string, string>> = Object.freeze({});
const CACHE_SIZE = 8192;
const paths = new Map<string, ResourcePath>();

/**
 * Reads a request's target, e.g. `("GET", "/api/v1/namespaces/default/pods?watch=1")`.
 * A field selector on `metadata.name` of a collection counts as its name, as for upstream's authorization.
 */
export function parseRequestInfo(method: string, target: string): RequestInfo {
  const mark = target.indexOf("?");
  if (mark < 0) return requestInfoOf(method, target, NO_QUERY);
  return requestInfoOf(method, target.slice(0, mark), parseQuery(target.slice(mark + 1)));
}

/** The same for a path without its query, and the query decoded. */
export function requestInfoOf(
  method: string,
  target: string,
  query: Readonly<Record<string, string>>,
): RequestInfo {
  const path = parsePath(target);
  const { isResource, group, version, namespace, resource, name, subresource } = path;
  const verb = isResource ? verbOf(method, name, query) : method.toLowerCase();
  const info = {
    verb,
    isResource,
    path: path.path,
    group,
    version,
    namespace,
    resource,
    name,
    subresource,
    query,
  };
  const selector = query["fieldSelector"];
  if (isResource && name === "" && selector !== undefined) info.name = selectedName(selector);
  return info;
}

/** The name that a field selector pins, or `""`. */
function selectedName(selector: string): string {
  const prefix = "metadata.name=";
  for (const term of selector.split(",")) {
    if (!term.startsWith(prefix)) continue;
    return term[prefix.length] === "=" ? term.slice(prefix.length + 1) : term.slice(prefix.length);
  }
  return "";
}

function verbOf(method: string, name: string, query: Readonly<Record<string, string>>): Verb | string {
  switch (method) {
    case "GET":
    case "HEAD":
      if (isTrue(query["watch"])) return "watch";
      return name === "" ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default:
      return method.toLowerCase();
  }
}

/** A boolean of a query: present and neither `false` nor `0`. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && value !== "false" && value !== "0";
}

/** Reads a path; remembered, as few thousand paths make up nearly all requests. */
export function parsePath(path: string): ResourcePath {
  const known = paths.get(path);
  if (known !== undefined) return known;
  const parsed = parsePathUncached(path);
  if (paths.size >= CACHE_SIZE) paths.clear();
  paths.set(path, parsed);
  return parsed;
}

function other(path: string): ResourcePath {
  return {
    isResource: false,
    path,
    group: "",
    version: "",
    namespace: "",
    resource: "",
    name: "",
    subresource: "",
  };
}

/** Subresources of a namespace itself; any other word there is a resource in the namespace. */
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

function parsePathUncached(path: string): ResourcePath {
  const parts = path.split("/").filter((part) => part !== "");
  const core = parts[0] === "api";
  const prefixLength = core ? 2 : 3;
  if ((!core && parts[0] !== "apis") || parts.length <= prefixLength) return other(path);
  const group = core ? "" : parts[1]!;
  const version = parts[prefixLength - 1]!;
  const rest = parts.slice(prefixLength).map(unescape);
  let namespace = "";
  let from = 0;
  if (rest[0] === "namespaces" && rest.length >= 2) {
    namespace = rest[1]!;
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!)) from = 2;
  }
  return {
    isResource: true,
    path,
    group,
    version,
    namespace,
    resource: rest[from] ?? "",
    name: rest[from + 1] ?? "",
    subresource: rest[from + 2] ?? "",
  };
}

/** Decodes a query string; broken escapes are left as they are. */
function parseQuery(text: string): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    query[key] = equals < 0 ? "" : decode(pair.slice(equals + 1));
  }
  return query;
}

/** Decodes part of a query, where `+` is a blank. */
function decode(text: string): string {
  return unescape(text.includes("+") ? text.replaceAll("+", " ") : text);
}

function unescape(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
