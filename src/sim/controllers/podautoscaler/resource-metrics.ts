import { err, ok, type Result } from "../../../shared/result";
import { milliValue } from "../../api/quantity";
import { parseTime } from "../../api/time";
import type { RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { PodUse } from "./replica-calculator";

interface PodMetricsList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly timestamp: string;
    readonly window: string;
    readonly containers: readonly {
      readonly name: string;
      readonly usage: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** What the pods of a selector use (`pkg/controller/podautoscaler/metrics/client.go` GetResourceMetric). */
export function* podUses(
  client: RestClient,
  namespace: string,
  labelSelector: string,
  resource: string,
  container: string,
): Task<Result<Map<string, PodUse>, string>> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  const headers = { accept: "application/json", "user-agent": client.userAgent };
  const request = { method: "GET", path, query: { labelSelector }, headers, body: undefined } as const;
  const answer = yield* client.raw(request, { quiet: true });
  const failed = "unable to fetch metrics from resource metrics API: ";
  if (!answer.ok) return err(failed + (answer.error.message ?? ""));
  const { status, body } = answer.value;
  if (status !== 200) return err(failed + why(status));
  const uses = new Map<string, PodUse>();
  for (const { metadata, timestamp, window, containers } of (body as PodMetricsList).items) {
    let milli = 0;
    for (const { name, usage } of containers) {
      if (container === "" || name === container) milli += milliValue(usage[resource] ?? "0");
    }
    uses.set(metadata.name, { milli, at: parseTime(timestamp), window: Number.parseFloat(window) * SECOND });
  }
  if (uses.size === 0) return err("no metrics returned from resource metrics API");
  return ok(uses);
}

/** As client-go words an answer that is no Status. */
function why(status: number): string {
  const what = "(get pods.metrics.k8s.io)";
  if (status === 503) return `the server is currently unable to handle the request ${what}`;
  if (status === 404) return `the server could not find the requested resource ${what}`;
  return `an error on the server has prevented the request from succeeding ${what}`;
}
