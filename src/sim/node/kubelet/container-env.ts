import { metadataField } from "../../api/field-path";
import { configMaps } from "../../api/kinds/config-map";
import { secrets } from "../../api/kinds/secret";
import { decodeBase64 } from "../../api/base64";
import type { ConfigMap, Container, Pod, Secret } from "../../api/types";
import type { RestClient } from "../../client/rest-client";
import { isNotFound } from "../../client/transport-error";
import { own } from "../../../shared/own";
import { err, ok, type Result } from "../../../shared/result";
import type { Task } from "../../kernel/task";
import type { EnvVar } from "../runtime/cri/types";

type Source = NonNullable<NonNullable<Container["env"]>[number]["valueFrom"]>;

/** Where values of variables come from. */
export interface EnvContext {
  readonly client: RestClient;
  readonly pod: Pod;
  readonly podIp: string;
  readonly hostIp: string;
}

type Data = Readonly<Record<string, string>>;

/** Reads each ConfigMap and Secret once for one container. */
class Sources {
  readonly #context: EnvContext;
  readonly #read = new Map<string, Result<Data | undefined, string>>();

  constructor(context: EnvContext) {
    this.#context = context;
  }

  /** The data of one; undefined: there is none of this name. */
  *data(kind: "configmap" | "secret", name: string): Task<Result<Data | undefined, string>> {
    const key = `${kind}/${name}`;
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const { client, pod } = this.#context;
    const { namespace } = pod.metadata;
    const found =
      kind === "configmap"
        ? yield* client.get<ConfigMap>(configMaps, namespace, name)
        : yield* client.get<Secret>(secrets, namespace, name);
    let result: Result<Data | undefined, string>;
    if (found.ok) result = ok(kind === "secret" ? decode(found.value.data) : (found.value.data ?? {}));
    else if (isNotFound(found.error)) result = ok(undefined);
    else result = err(found.error.message ?? "");
    this.#read.set(key, result);
    return result;
  }
}

function decode(data: Data | undefined): Data {
  const decoded = Object.entries(data ?? {}).map(([key, text]) => [key, decodeBase64(text) ?? ""] as const);
  return Object.fromEntries(decoded);
}

/** The environment of a container; the error is that of reason CreateContainerConfigError. */
export function* containerEnv(container: Container, context: EnvContext): Task<Result<EnvVar[], string>> {
  if (container.env === undefined && container.envFrom === undefined) return ok([]);
  const values = new Map<string, string>();
  const sources = new Sources(context);
  for (const { configMapRef, secretRef, prefix } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) continue;
    const kind = configMapRef === undefined ? "secret" : "configmap";
    const data = yield* sources.data(kind, reference.name ?? "");
    if (!data.ok) return data;
    if (data.value === undefined) {
      if (reference.optional === true) continue;
      return err(`${kind} "${reference.name}" not found`);
    }
    for (const key in data.value) values.set((prefix ?? "") + key, data.value[key] ?? "");
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) {
      values.set(name, substitute(value ?? "", values));
      continue;
    }
    const found = yield* fromSource(valueFrom, container, sources, context);
    if (!found.ok) return found;
    if (found.value !== undefined) values.set(name, found.value);
  }
  return ok([...values].map(([name, value]) => ({ name, value })));
}

function* fromSource(
  source: Source,
  container: Container,
  sources: Sources,
  context: EnvContext,
): Task<Result<string | undefined, string>> {
  if (source.fieldRef !== undefined) return ok(fieldValue(source.fieldRef.fieldPath, context));
  if (source.resourceFieldRef !== undefined) {
    const { limits, requests } = container.resources ?? {};
    const [list, name] = splitResource(source.resourceFieldRef.resource);
    return ok(own(list === "limits" ? limits : requests, name) ?? "0");
  }
  const reference = source.configMapKeyRef ?? source.secretKeyRef;
  if (reference === undefined) return ok(undefined);
  const kind = source.configMapKeyRef === undefined ? "secret" : "configmap";
  const data = yield* sources.data(kind, reference.name ?? "");
  if (!data.ok) return data;
  const value = own(data.value, reference.key);
  if (value !== undefined || reference.optional === true) return ok(value);
  const { namespace } = context.pod.metadata;
  if (data.value === undefined) return err(`${kind} "${reference.name}" not found`);
  const title = kind === "secret" ? "Secret" : "ConfigMap";
  return err(`couldn't find key ${reference.key} in ${title} ${namespace}/${reference.name}`);
}

function splitResource(resource: string): readonly [string, string] {
  const dot = resource.indexOf(".");
  return [resource.slice(0, dot), resource.slice(dot + 1)];
}

function fieldValue(path: string, { pod, podIp, hostIp }: EnvContext): string {
  switch (path) {
    case "spec.nodeName":
      return pod.spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec.serviceAccountName ?? "";
    case "status.podIP":
    case "status.podIPs":
      return podIp;
    case "status.hostIP":
    case "status.hostIPs":
      return hostIp;
    default:
      return metadataField(pod, path) ?? "";
  }
}

/** `$(NAME)` of variables that were set before; `$$(NAME)` stays as `$(NAME)`. */
function substitute(text: string, values: ReadonlyMap<string, string>): string {
  if (!text.includes("$(")) return text;
  return text.replace(/(\$?)\$\(([A-Za-z_.-][\w.-]*)\)/g, (all: string, escape: string, name: string) => {
    return escape === "$" ? all.slice(1) : (values.get(name) ?? all);
  });
}
