/** The revisions that a rollout may go back to (kubectl `pkg/polymorphichelpers/history.go`). */
import { applyStrategicMergePatch } from "../../../api/patch/strategic-merge-patch";
import { mergeSchemaOf } from "../../../api/patch/merge-keys";
import type { JsonObject } from "../../../api/patch/patch-error";
import type { PodTemplateSpec } from "../../../api/types";
import type { Task } from "../../../kernel/task";
import type { Context } from "../../context";
import { itemsOf } from "../../resource/builder";
import type { AnyObject, Info } from "../../resource/info";
import { podSelectorOf } from "../../resource/pods-of";
import { CHANGE_CAUSE } from "../annotate";
import type { RolledOut } from "./common";
import { REVISION } from "./states";

export interface Revision {
  readonly number: number;
  /** The ReplicaSet, or the object as the ControllerRevision has it. */
  readonly object: AnyObject;
  readonly template: PodTemplateSpec;
  readonly changeCause: string | undefined;
  /** What brings an object back to it; of ControllerRevisions alone. */
  readonly patch?: unknown;
}

/** All revisions, the oldest first. */
export function* revisionsOf(context: Context, kind: RolledOut, info: Info): Task<readonly Revision[]> {
  const found =
    kind === "Deployment" ? yield* replicaSets(context, info) : yield* controllerRevisions(context, info);
  return [...found].sort((a, b) => a.number - b.number);
}

/** Objects that belong to one. */
function* owned(context: Context, { namespace, object }: Info, resource: string, selector: string) {
  const path = `/apis/apps/v1/namespaces/${namespace}/${resource}`;
  const list = yield* context.rest.get<AnyObject>(path, { labelSelector: selector });
  const uid = object?.metadata?.uid;
  return (itemsOf(list) ?? []).filter((item) =>
    item.metadata?.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid),
  );
}

function templateOf(object: AnyObject): PodTemplateSpec {
  return (object["spec"] as { readonly template: PodTemplateSpec }).template;
}

function* replicaSets(context: Context, info: Info): Task<readonly Revision[]> {
  const byNumber = new Map<number, Revision>();
  for (const object of yield* owned(context, info, "replicasets", podSelectorOf(info) ?? "")) {
    const annotations = object.metadata?.annotations ?? {};
    const number = Number(annotations[REVISION] ?? 0);
    byNumber.set(number, {
      number,
      object,
      template: templateOf(object),
      changeCause: annotations[CHANGE_CAUSE],
    });
  }
  return [...byNumber.values()];
}

interface ControllerRevision extends AnyObject {
  readonly revision?: number;
  readonly data?: unknown;
}

function* controllerRevisions(context: Context, info: Info): Task<readonly Revision[]> {
  const object = info.object ?? {};
  const schema = mergeSchemaOf(object.apiVersion ?? "", object.kind ?? "");
  const found: readonly ControllerRevision[] = yield* owned(
    context,
    info,
    "controllerrevisions",
    podSelectorOf(info) ?? "",
  );
  return found.map(({ revision = 0, data, metadata }): Revision => {
    const then = applyStrategicMergePatch(object as JsonObject, data, schema) as AnyObject;
    return {
      number: revision,
      object: then,
      template: templateOf(then),
      changeCause: metadata?.annotations?.[CHANGE_CAUSE],
      patch: data,
    };
  });
}
