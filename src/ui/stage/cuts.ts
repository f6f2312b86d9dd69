/** Cutting and healing wires with the pointer. */
import { attempt } from "../actions/requests";
import { text } from "../i18n/en";
import { run } from "../store/session";

/** Joins two ends again; "*" is everyone. */
export const heal = (a: string, b: string): void => attempt(text.menu.heal, run({ type: "heal", a, b }));

export function cutAll(parted: readonly (readonly [string, string])[]): void {
  for (const [a, b] of parted) attempt(text.menu.cut, run({ type: "cut", a, b, direction: "both" }));
}
