/** `--overrides`: changes to what `run` and `expose` make (kubectl `pkg/cmd/util/override_options.go`). */
import { applyJsonPatch } from "../../api/patch/json-patch";
import { mergeSchemaOf } from "../../api/patch/merge-keys";
import { applyMergePatch } from "../../api/patch/merge-patch";
import { PatchError, type JsonObject } from "../../api/patch/patch-error";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch";
import type { Flag } from "../cli/command";
import { fail } from "../cli/failure";
import type { Context } from "../context";
import type { AnyObject } from "../resource/info";

export const OVERRIDE_FLAGS: readonly Flag[] = [
  { name: "overrides", type: "string", help: "JSON that changes the object before it is sent." },
  {
    name: "override-type",
    type: "string",
    default: "merge",
    help: "How it changes it: merge, strategic or json.",
    complete: ["json", "merge", "strategic"],
  },
];

/** @throws Failure for JSON that is none */
export function overridden({ flags }: Context, object: AnyObject): AnyObject {
  const text = flags.string("overrides");
  if (text === "") return object;
  const type = flags.string("override-type");
  if (!["json", "merge", "strategic"].includes(type)) {
    throw fail(`invalid override type: ${type}`);
  }
  let patch: unknown;
  try {
    patch = JSON.parse(text);
  } catch {
    throw fail("Invalid JSON Patch");
  }
  try {
    if (type === "json") return applyJsonPatch(object, patch) as AnyObject;
    if (type === "merge") return applyMergePatch(object, patch) as AnyObject;
    const schema = mergeSchemaOf(object.apiVersion ?? "", object.kind ?? "");
    return applyStrategicMergePatch(object as JsonObject, patch, schema) as AnyObject;
  } catch (e) {
    if (e instanceof PatchError) throw fail(e.message);
    throw e;
  }
}

/** `a=b,c=d`. @throws Failure for what is none */
export function parseLabelList(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const part of text.split(",")) {
    const [key = "", value, ...more] = part.split("=");
    if (value === undefined || more.length > 0) throw fail(`unexpected label spec: ${part}`);
    if (key === "") throw fail("unexpected empty label key");
    labels[key] = value;
  }
  return labels;
}
