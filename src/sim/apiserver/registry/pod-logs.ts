/**
 * GET pods/NAME/log: asked of the kubelet that runs the pod (`pkg/registry/core/pod/{rest/log.go,strategy.go}`
 * LogLocation, `pkg/apis/core/validation` ValidatePodLogOptions).
 */
import { err, ok, type Result } from "../../../shared/result";
import { forbiddenField, invalid as invalidField, type FieldError } from "../../api/field-error";
import type { ApiRequest, ApiResponse } from "../../api/http";
import { isTrue } from "../../api/request-info";
import { badRequest, invalid } from "../../api/status";
import { parseTime } from "../../api/time";
import type { Pod, Status } from "../../api/types";
import type { Exchange } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import { refusal, reply, TEXT_HEADERS } from "../http/reply";
import type { Server } from "../server";
import { kubeletOf, proxyToKubelet } from "./kubelet-proxy";
import { getObject } from "./read";
import type { Scope } from "./scope";

type Query = Readonly<Record<string, string>>;

const NUMBERS = ["limitBytes", "sinceSeconds", "tailLines"] as const;
const FLAGS = ["follow", "previous", "timestamps"] as const;

/** Answers with a container's log, or passes it on as it grows. */
export function* podLogs(server: Server, scope: Scope, exchange: Exchange): Task<ApiResponse | undefined> {
  const options = logQuery(scope.query, scope.name);
  if (!options.ok) return refusal(options.error);
  const asked = yield* askedContainer(server, scope);
  if (!asked.ok) return refusal(asked.error);
  const { pod, container } = asked.value;
  const { nodeName = "" } = pod.spec;
  // Nobody runs it yet: there is nothing to read.
  if (nodeName === "") return reply(204, "", TEXT_HEADERS);
  const kubelet = kubeletOf(server, nodeName);
  if (!kubelet.ok) return refusal(kubelet.error);
  const path = `/containerLogs/${scope.namespace}/${scope.name}/${container}`;
  const request: ApiRequest = { method: "GET", path, query: options.value, headers: {}, body: undefined };
  const about = { group: "", resource: "pods/log", name: scope.name };
  return yield* proxyToKubelet(server, kubelet.value, request, exchange, about);
}

/** The pod of a request, and the container that it is about. */
export function* askedContainer(
  server: Server,
  scope: Scope,
): Task<Result<{ readonly pod: Pod; readonly container: string }, Status>> {
  const read = yield* getObject(server, { ...scope, subresource: "", query: {} });
  if (!read.ok) return read;
  const pod = read.value as Pod;
  const container = containerOf(pod, scope.query["container"] ?? "");
  return container.ok ? ok({ pod, container: container.value }) : container;
}

/** The container that is meant; a pod with several wants it named. */
function containerOf(pod: Pod, asked: string): Result<string, Status> {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const { name: podName } = pod.metadata;
  if (asked !== "") {
    const all = [...containers, ...initContainers, ...ephemeralContainers];
    if (all.some((c) => c.name === asked)) return ok(asked);
    return err(badRequest(`container ${asked} is not valid for pod ${podName}`));
  }
  const [only] = containers;
  if (only !== undefined && containers.length === 1) return ok(only.name);
  const names = (list: readonly { name: string }[]): string => list.map((c) => c.name).join(" ");
  const init =
    initContainers.length === 0 ? "" : ` or one of the init containers: [${names(initContainers)}]`;
  const message = `a container name must be specified for pod ${podName}, choose one of: [${names(containers)}]`;
  return err(badRequest(message + init));
}

/** The options as the kubelet is asked, validated. */
function logQuery(query: Query, name: string): Result<Query, Status> {
  const asked: Record<string, string> = {};
  for (const key of FLAGS) if (isTrue(query[key])) asked[key] = "true";
  for (const key of NUMBERS) {
    const text = query[key];
    if (text === undefined || text === "") continue;
    if (!/^[+-]?\d+$/.test(text)) {
      return err(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`));
    }
    asked[key] = String(Number(text));
  }
  const { sinceTime = "" } = query as Record<string, string | undefined>;
  if (sinceTime !== "") {
    if (Number.isNaN(parseTime(sinceTime))) {
      return err(
        badRequest(`parsing time ${JSON.stringify(sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse`),
      );
    }
    asked["sinceTime"] = sinceTime;
  }
  const errors = problems(asked);
  return errors.length === 0 ? ok(asked) : err(invalid("", "PodLogOptions", name, errors));
}

function problems(asked: Record<string, string | undefined>): FieldError[] {
  const errors: FieldError[] = [];
  const { tailLines, limitBytes, sinceSeconds, sinceTime } = asked;
  const notNegative = "must be greater than or equal to 0";
  const positive = "must be greater than 0";
  if (tailLines !== undefined && Number(tailLines) < 0) {
    errors.push(invalidField("tailLines", Number(tailLines), notNegative));
  }
  if (limitBytes !== undefined && Number(limitBytes) < 1) {
    errors.push(invalidField("limitBytes", Number(limitBytes), positive));
  }
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbiddenField("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  } else if (sinceSeconds !== undefined && Number(sinceSeconds) < 1) {
    errors.push(invalidField("sinceSeconds", Number(sinceSeconds), positive));
  }
  return errors;
}
