/** Values of secrets are not shown: only whether they differ. */
import type { AnyObject } from "../../resource/info";

const MASK = "***";
const BEFORE = "*** (before)";
const AFTER = "*** (after)";

type Data = Readonly<Record<string, unknown>>;

/** Both versions of a Secret without their values. */
export function masked(
  from: AnyObject | undefined,
  to: AnyObject,
): readonly [AnyObject | undefined, AnyObject] {
  const before = (from?.["data"] as Data | undefined) ?? {};
  const after = (to["data"] as Data | undefined) ?? {};
  const differs = (key: string): boolean => key in before && key in after && before[key] !== after[key];
  const mask = (object: AnyObject, data: Data, other: string): AnyObject => {
    if (object["data"] === undefined || object["data"] === null) return object;
    const entries = Object.keys(data).map((key) => [key, differs(key) ? other : MASK]);
    return { ...object, data: Object.fromEntries(entries) as Data };
  };
  return [from === undefined ? undefined : mask(from, before, BEFORE), mask(to, after, AFTER)];
}
