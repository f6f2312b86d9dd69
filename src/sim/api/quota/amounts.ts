/**
 * Lists of quantities by name, and sums of them (apiserver `pkg/quota/v1/resources.go`).
 */
import { compareQuantities, sumQuantities } from "../quantity";

export type Amounts = Readonly<Record<string, string>>;

export const ZERO = "0";

export function addAmounts(a: Amounts, b: Amounts): Record<string, string> {
  const made: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b)) made[name] = sumQuantities(made[name] ?? ZERO, amount, 1);
  return made;
}

/** `a` less `b`, by name. */
export function subtractAmounts(a: Amounts, b: Amounts): Record<string, string> {
  const made: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b)) made[name] = sumQuantities(made[name] ?? ZERO, amount, -1);
  return made;
}

/** The more of both, by name. */
export function maxAmounts(a: Amounts, b: Amounts): Record<string, string> {
  const made: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const present = made[name];
    if (present === undefined || compareQuantities(amount, present) > 0) made[name] = amount;
  }
  return made;
}

/** Only what `names` has. */
export function pickAmounts(amounts: Amounts, names: readonly string[]): Record<string, string> {
  const made: Record<string, string> = {};
  for (const name of names) {
    const amount = amounts[name];
    if (amount !== undefined) made[name] = amount;
  }
  return made;
}

/** `cpu=1,pods=2`, by the alphabet. */
export function amountsText(amounts: Amounts): string {
  const names = Object.keys(amounts).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return names.map((name) => `${name}=${amounts[name]}`).join(",");
}
