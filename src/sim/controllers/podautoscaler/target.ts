import { err, ok, type Result } from "../../../shared/result";
import { findKind } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import type { HorizontalPodAutoscaler, Scale, Status } from "../../api/types";
import { resourcePath, type RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";

/** What an autoscaler scales. */
export interface Target {
  readonly def: ResourceDefinition;
  readonly scale: Scale;
}

function scaleRequest(
  client: RestClient,
  method: "GET" | "PUT",
  def: ResourceDefinition,
  namespace: string,
  name: string,
  body?: Scale,
) {
  const path = resourcePath(def, namespace, name, "scale");
  const headers = {
    accept: "application/json",
    "content-type": "application/json",
    "user-agent": client.userAgent,
  };
  return { method, path, query: {}, headers, body };
}

/** The scale of an autoscaler's target, or why it cannot be had. */
export function* readScale(
  client: RestClient,
  { metadata, spec }: HorizontalPodAutoscaler,
): Task<Result<Target, string>> {
  const { apiVersion = "", kind, name } = spec.scaleTargetRef;
  const def = findKind(apiVersion, kind);
  if (def === undefined)
    return err(`no matches for kind "${kind}" in group "${apiVersion.split("/", 1)[0]}"`);
  const request = scaleRequest(client, "GET", def, metadata.namespace, name);
  const answer = yield* client.raw(request, { quiet: true });
  if (!answer.ok) return err(answer.error.message ?? "");
  const { status, body } = answer.value;
  return status === 200 ? ok({ def, scale: body as Scale }) : err((body as Status).message ?? "");
}

/** Writes how many replicas there are to be. */
export function* writeScale(
  client: RestClient,
  { def, scale }: Target,
  replicas: number,
): Task<Result<null, Status>> {
  const { namespace = "", name = "" } = scale.metadata;
  const body: Scale = { ...scale, spec: { replicas } };
  const answer = yield* client.raw(scaleRequest(client, "PUT", def, namespace, name, body), { quiet: false });
  if (!answer.ok) return answer;
  return answer.value.status < 300 ? ok(null) : err(answer.value.body as Status);
}
