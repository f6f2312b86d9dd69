import table from "virtual:kubernetes-descriptions";
import { provideDescriptions } from "../sim/api/schema/descriptions";

/** Hands what is said of the API's types to the simulation: `kubectl explain` shows it. */
export function describeTypes(): void {
  provideDescriptions(table);
}
