/** Taints as they are typed (kubectl `pkg/cmd/taint/utils.go`). */
import type { Taint } from "../../api/types";
import { isLabelValue, isQualifiedName } from "../../api/validation/names";

export interface TaintChanges {
  readonly add: readonly Taint[];
  /** Without an effect: all of that key. */
  readonly remove: readonly { readonly key: string; readonly effect: string }[];
}

const EFFECTS: ReadonlySet<string> = new Set(["NoSchedule", "PreferNoSchedule", "NoExecute"]);

export function sameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** Taints, or what is wrong with them. */
export function parseTaints(specs: readonly string[]): TaintChanges | string {
  const add: Taint[] = [];
  const remove: { key: string; effect: string }[] = [];
  for (const spec of specs) {
    const removing = spec.endsWith("-");
    const parsed = parseTaint(removing ? spec.slice(0, -1) : spec);
    if (typeof parsed === "string") return parsed;
    if (removing) {
      remove.push({ key: parsed.key, effect: parsed.effect });
      continue;
    }
    if (parsed.effect === "") return `invalid taint spec: ${spec}`;
    const { key, value, effect } = parsed;
    const made: Taint = { effect, key, ...(value === "" ? {} : { value }) };
    if (add.some((a) => sameTaint(a, made))) {
      return `duplicated taints with the same key and effect: {${key} ${value} ${effect} <nil>}`;
    }
    add.push(made);
  }
  return { add, remove };
}

interface Parsed {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** `key[=value][:effect]`. */
function parseTaint(spec: string): Parsed | string {
  const wrong = `invalid taint spec: ${spec}`;
  const [pair = "", effect = "", ...more] = spec.split(":");
  if (more.length > 0) return wrong;
  let key = pair;
  let value = "";
  if (spec.includes(":")) {
    if (!EFFECTS.has(effect)) return `invalid taint effect: ${effect}, unsupported taint effect`;
    const parts = pair.split("=");
    if (parts.length > 2) return wrong;
    [key = "", value = ""] = parts;
    const complaints = isLabelValue(value);
    if (complaints.length > 0) return `${wrong}, ${complaints.join("; ")}`;
  }
  const complaints = isQualifiedName(key);
  if (complaints.length > 0) return `${wrong}, ${complaints.join("; ")}`;
  return { key, value, effect };
}
