/** Arguments that name objects first and then `key=value` and `key-` (kubectl `pkg/cmd/util/helpers.go`). */
import { fail } from "../cli/failure";

export interface Split {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

/** @throws Failure when a resource comes after a pair. `what`: `label` */
export function splitArguments(args: readonly string[], what: string): Split {
  const isPair = (arg: string): boolean => arg.indexOf("=") > 0 || (arg.endsWith("-") && arg !== "-");
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const pairs = args.slice(first);
  const late = pairs.find((arg) => !isPair(arg));
  if (late !== undefined) throw fail(`all resources must be specified before ${what} changes: ${late}`);
  return { resources: args.slice(0, first), pairs };
}

export interface Pairs {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** Takes pairs apart. @throws Failure that names all that are none. `removable`: `key-` is one */
export function parsePairs(pairs: readonly string[], what: string, removable: boolean): Pairs {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const invalid: string[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at > 0) set.set(pair.slice(0, at), pair.slice(at + 1));
    else if (removable && pair.endsWith("-") && pair !== "-") remove.push(pair.slice(0, -1));
    else invalid.push(pair);
  }
  if (invalid.length > 0) throw fail(`invalid ${what} format: ${invalid.join(", ")}`);
  return { set, remove };
}
