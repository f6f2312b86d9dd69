/** What `apply` and `diff` warn of. */
import type { Context } from "../../context";
import type { AnyObject, Info } from "../../resource/info";
import { LAST_APPLIED } from "../../resource/last-applied";

export function warnOfMissing(context: Context, info: Info): void {
  context.err(
    `Warning: resource ${info.mapping.resource}/${info.name} is missing the ${LAST_APPLIED} annotation which is ` +
      "required by kubectl apply. kubectl apply should only be used on resources created declaratively by either " +
      "kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n",
  );
}

export function warnOfDeletion(context: Context, object: AnyObject): void {
  if (object.metadata?.deletionTimestamp === undefined) return;
  context.err(
    `Warning: Detected changes to resource ${object.metadata.name} which is currently being deleted.\n`,
  );
}
