/**
 * Binds a pod to a node, once (`pkg/registry/core/pod/storage/storage.go` BindingREST).
 */
import { err, ok, type Result } from "../../../shared/result";
import { copyWith } from "../../api/copy";
import { setCondition } from "../../api/meta";
import { badRequest, conflict, notFound, success } from "../../api/status";
import { formatTime } from "../../api/time";
import type { ApiObject, Binding, Pod, PodCondition, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Server } from "../server";
import { guaranteedUpdate } from "./guaranteed-update";
import { groupResource, type Scope } from "./scope";

const PODS_BINDING = { group: "", resource: "pods/binding" };

/** POST pods/NAME/binding. */
export function* bindPod(server: Server, scope: Scope, body: unknown): Task<Result<Status, Status>> {
  const binding = body as Binding | undefined;
  const node = binding?.target?.name ?? "";
  const kind = binding?.target?.kind ?? "";
  if (node === "") return err(badRequest("target.name: Required value"));
  if (kind !== "" && kind !== "Node")
    return err(badRequest(`target.kind: Unsupported value: "${kind}": supported values: "Node"`));
  const metadata = binding?.metadata ?? {};
  const bound = yield* guaranteedUpdate(server, { ...scope, verb: "bind" }, function* (existing) {
    if (existing === undefined) return err(notFound(groupResource(scope), scope.name));
    const pod = existing as Pod;
    const refused = refuse(scope, pod, metadata);
    if (refused !== undefined) return err(refused);
    const object = boundTo(pod, node, metadata, formatTime(server.kernel.now));
    return ok({ act: "put", object, type: "update" });
  });
  return bound.ok ? ok(success(undefined, 201)) : bound;
}

function refuse(scope: Scope, pod: Pod, metadata: ApiObject["metadata"]): Status | undefined {
  const { name } = scope;
  const { uid, resourceVersion } = metadata;
  const refusal = (why: string) => conflict(PODS_BINDING, name, why);
  if (uid !== undefined && uid !== "" && uid !== pod.metadata.uid) {
    return refusal(
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`,
    );
  }
  if (
    resourceVersion !== undefined &&
    resourceVersion !== "" &&
    resourceVersion !== pod.metadata.resourceVersion
  ) {
    return refusal("Precondition failed: ResourceVersion in precondition does not match that of the object");
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    return refusal(`pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (pod.spec.nodeName) return refusal(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  if ((pod.spec.schedulingGates ?? []).length > 0) {
    return refusal(`pod ${name} has non-empty .spec.schedulingGates`);
  }
  return undefined;
}

function boundTo(pod: Pod, nodeName: string, from: ApiObject["metadata"], now: string): Pod {
  const scheduled: PodCondition = { type: "PodScheduled", status: "True", lastTransitionTime: now };
  const conditions = setCondition(pod.status.conditions, scheduled);
  const status = copyWith(pod.status, { conditions });
  delete status.nominatedNodeName;
  const made = copyWith(pod, { spec: copyWith(pod.spec, { nodeName }), status });
  if (from.annotations === undefined && from.labels === undefined) return made;
  const metadata = { ...pod.metadata };
  if (from.annotations !== undefined) metadata.annotations = { ...metadata.annotations, ...from.annotations };
  if (from.labels !== undefined) metadata.labels = { ...metadata.labels, ...from.labels };
  return { ...made, metadata };
}
