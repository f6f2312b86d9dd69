/** The requests that kubectl would send for what the stage offers, and how their failures are told. */
import type { ApiAnswer, HttpRequestSpec } from "../../worker/protocol/protocol";
import { text } from "../i18n/en";
import { requestApi } from "../store/session";
import { toast } from "../store/ui-store";

const MERGE = { "content-type": "application/merge-patch+json" };
const STRATEGIC = { "content-type": "application/strategic-merge-patch+json" };

/** Paths of the kinds that can be scaled. */
const SCALABLE: Readonly<Record<string, string>> = {
  Deployment: "/apis/apps/v1/namespaces/{ns}/deployments/{name}",
  ReplicaSet: "/apis/apps/v1/namespaces/{ns}/replicasets/{name}",
  StatefulSet: "/apis/apps/v1/namespaces/{ns}/statefulsets/{name}",
  ReplicationController: "/api/v1/namespaces/{ns}/replicationcontrollers/{name}",
};

export interface NamedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export const isScalable = (kind: string): boolean => SCALABLE[kind] !== undefined;

const pathOf = ({ kind, namespace, name }: NamedObject): string =>
  (SCALABLE[kind] ?? "").replace("{ns}", namespace).replace("{name}", name);

export const scaleRequest = (object: NamedObject, replicas: number): HttpRequestSpec => ({
  method: "PATCH",
  path: `${pathOf(object)}/scale`,
  headers: MERGE,
  body: { spec: { replicas } },
});

export const cordonRequest = (node: string, unschedulable: boolean): HttpRequestSpec => ({
  method: "PATCH",
  path: `/api/v1/nodes/${node}`,
  headers: STRATEGIC,
  body: { spec: { unschedulable } },
});

export const deletePodRequest = (namespace: string, name: string): HttpRequestSpec => ({
  method: "DELETE",
  path: `/api/v1/namespaces/${namespace}/pods/${name}`,
});

interface StatusBody {
  readonly message?: string;
  readonly reason?: string;
}

/** What went wrong, in the API's own words; undefined when nothing did. */
export function failureOf(answer: ApiAnswer): string | undefined {
  if (answer.status >= 200 && answer.status < 300) return undefined;
  if (answer.status === 0) return answer.error || text.toast.noAnswer;
  const { message, reason } = (answer.body ?? {}) as StatusBody;
  return `${message ?? reason ?? "error"} (${answer.status})`;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Sends a request and tells of its failure; resolves to the answer, or undefined when there was none. */
export async function ask(what: string, request: HttpRequestSpec): Promise<ApiAnswer | undefined> {
  try {
    const answer = await requestApi(request);
    const failure = failureOf(answer);
    if (failure === undefined) return answer;
    toast("bad", text.toast.failed(what), failure);
    return answer;
  } catch (error) {
    toast("bad", text.toast.failed(what), reasonOf(error));
    return undefined;
  }
}

/** Waits for something that may be refused, and tells why it was. */
export function attempt(what: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => toast("bad", text.toast.failed(what), reasonOf(error)));
}

interface PodTemplateOwner {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly name: string }[] } };
  };
}

/** As `kubectl set image NAME *=IMAGE`: reads the containers' names, then patches them all. */
export async function setImage(object: NamedObject, image: string): Promise<void> {
  const what = text.menu.setImage;
  const path = pathOf(object);
  const read = await ask(what, { method: "GET", path });
  if (!read || read.status !== 200) return;
  const containers = (read.body as PodTemplateOwner).spec?.template?.spec?.containers ?? [];
  const body = {
    spec: { template: { spec: { containers: containers.map(({ name }) => ({ name, image })) } } },
  };
  await ask(what, { method: "PATCH", path, headers: STRATEGIC, body });
}
