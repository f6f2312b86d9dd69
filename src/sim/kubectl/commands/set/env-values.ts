/** Where the value of a variable comes from, in words, and looked up (kubectl `pkg/cmd/set/env/env_resolve.go`). */
import { decodeBase64 } from "../../../api/base64";
import type { EnvVarSource } from "kubernetes-types/core/v1";
import type { Container } from "../../../api/types";
import { milliValue, value } from "../../../api/quantity";
import type { Task } from "../../../kernel/task";
import { fail } from "../../cli/failure";
import type { Context } from "../../context";
import type { AnyObject } from "../../resource/info";

export function sourceText(from: EnvVarSource): string {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (configMapKeyRef !== undefined) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef !== undefined) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  if (fieldRef !== undefined) return `field path ${fieldRef.fieldPath}`;
  if (resourceFieldRef !== undefined) {
    const { containerName = "", resource } = resourceFieldRef;
    return `resource field ${containerName === "" ? "" : `${containerName}/`}${resource}`;
  }
  return "invalid valueFrom";
}

/** @throws Failure when the value cannot be had */
export function* resolvedValue(
  context: Context,
  from: EnvVarSource,
  object: AnyObject,
  container: Container,
): Task<string> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (secretKeyRef !== undefined) {
    const { name = "", key } = secretKeyRef;
    const data = yield* dataOf(context, "secrets", name);
    if (data[key] === undefined) throw fail(`key ${key} not found in secret ${name}`);
    return decodeBase64(data[key]) ?? "";
  }
  if (configMapKeyRef !== undefined) {
    const { name = "", key } = configMapKeyRef;
    const data = yield* dataOf(context, "configmaps", name);
    if (data[key] === undefined) throw fail(`key ${key} not found in config map ${name}`);
    return data[key];
  }
  if (fieldRef !== undefined) return fieldText(object, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined) return resourceText(container, resourceFieldRef);
  throw fail("invalid valueFrom");
}

function* dataOf(context: Context, resource: string, name: string): Task<Readonly<Record<string, string>>> {
  const path = `/api/v1/namespaces/${context.namespace}/${resource}/${name}`;
  return ((yield* context.rest.get<AnyObject>(path))["data"] ?? {}) as Readonly<Record<string, string>>;
}

function fieldText({ metadata }: AnyObject, path: string): string {
  const subscript = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(path);
  if (subscript !== null)
    return metadata?.[subscript[1] as "annotations" | "labels"]?.[subscript[2] ?? ""] ?? "";
  switch (path) {
    case "metadata.annotations":
    case "metadata.labels": {
      const map = metadata?.[path.slice("metadata.".length) as "annotations" | "labels"] ?? {};
      return Object.keys(map)
        .sort((a, b) => (a < b ? -1 : 1))
        .map((key) => `${key}=${JSON.stringify(map[key])}`)
        .join("\n");
    }
    case "metadata.name":
      return metadata?.name ?? "";
    case "metadata.namespace":
      return metadata?.namespace ?? "";
    case "metadata.uid":
      return metadata?.uid ?? "";
    default:
      throw fail(`unsupported fieldPath: ${path}`);
  }
}

function resourceText(
  container: Container,
  { resource, divisor }: { readonly resource: string; readonly divisor?: string },
): string {
  const [list = "", name = ""] = resource.split(/\.(.*)/s);
  if (list !== "limits" && list !== "requests") {
    throw fail(`Unsupported container resource : ${resource}`);
  }
  const amount = container.resources?.[list]?.[name] ?? "0";
  const unit = divisor === undefined || divisor === "0" ? "1" : divisor;
  if (name === "cpu") return String(Math.ceil(milliValue(amount) / milliValue(unit)));
  return String(Math.ceil(value(amount) / value(unit)));
}
