/** Sends what was edited as patches. */
import { mergeSchemaOf } from "../../../api/patch/merge-keys";
import type { JsonObject } from "../../../api/patch/patch-error";
import type { Task } from "../../../kernel/task";
import { writeQuery } from "../../cli/dry-run";
import { fail, Failure } from "../../cli/failure";
import type { Context } from "../../context";
import { sameJson } from "../../patch/differences";
import { twoWayMergePatch } from "../../patch/merge";
import { twoWayPatch } from "../../patch/strategic";
import { goSyntax } from "../../print/go-value";
import { compactJson } from "../../print/json";
import { objectPrinter, printRequest } from "../../print/printers";
import { pathOf, refOf, type AnyObject, type Info } from "../../resource/info";
import { annotationPatch } from "../apply/last-applied";
import { MERGE, STRATEGIC } from "../apply/patcher";
import type { Outcome } from "./editor";

export function* patchEdited(
  context: Context,
  originals: readonly Info[],
  edited: readonly Info[],
  outcome: Outcome,
): Task {
  for (const info of edited) {
    const original = originalOf(info, originals).object as AnyObject;
    const object = info.object as AnyObject;
    if (sameJson(original, object)) {
      print(context, info, object, "skipped");
      continue;
    }
    const { body, contentType } = patchBetween(original, object);
    if (context.flags.bool("output-patch")) context.out(`Patch: ${compactJson(body)}\n`);
    const path = pathOf(info.mapping, info.namespace, info.name, context.flags.string("subresource"));
    const query = writeQuery(context, "none");
    const patched = yield* context.rest.attempt<AnyObject>("PATCH", path, { query, body, contentType });
    if (patched instanceof Failure) context.err(outcome.refuse(patched, info));
    else print(context, info, patched, "edited");
  }
}

function originalOf(info: Info, originals: readonly Info[]): Info {
  const uid = info.object?.metadata?.uid;
  const found = originals.find((o) => o.object?.metadata?.uid === uid);
  if (found !== undefined) return found;
  const text = goSyntax(info.object);
  throw fail(`no original object found for &unstructured.Unstructured{Object:${text}}`);
}

/** @throws Failure when it is another object */
function patchBetween(
  original: AnyObject,
  edited: AnyObject,
): { readonly body: JsonObject; readonly contentType: string } {
  const schema = mergeSchemaOf(original.apiVersion ?? "", original.kind ?? "");
  const body =
    schema === undefined ? twoWayMergePatch(original, edited) : twoWayPatch(original, edited, schema);
  const metadata = (body["metadata"] ?? {}) as JsonObject;
  if ("apiVersion" in body || "kind" in body || "name" in metadata) {
    throw fail("At least one of apiVersion, kind and name was changed");
  }
  return { body, contentType: schema === undefined ? MERGE : STRATEGIC };
}

export function* patchLastApplied(
  context: Context,
  originals: readonly Info[],
  edited: readonly Info[],
): Task {
  for (const info of edited) {
    const object = info.object as AnyObject;
    if (sameJson(originalOf(info, originals).object, object)) {
      print(context, info, object, "skipped");
      continue;
    }
    yield* context.rest.call("PATCH", pathOf(info.mapping, info.namespace, info.name), {
      query: writeQuery(context, "none"),
      body: annotationPatch(`${compactJson(object)}\n`),
      contentType: MERGE,
    });
    print(context, info, object, "edited");
  }
}

function print(context: Context, info: Info, object: AnyObject, done: string): void {
  context.out(objectPrinter(context, printRequest(context, done))(object), refOf(info));
}
