/**
 * The kinds that the API serves, as the controllers of a process know them.
 */
import { findKind, resources } from "../api/registry";
import type { ResourceDefinition } from "../api/resource";

export class ServedKinds {
  /** The kind whose objects say `apiVersion` and `kind`. */
  find(apiVersion: string, kind: string): ResourceDefinition | undefined {
    return findKind(apiVersion, kind);
  }

  /** Every kind that is served now. */
  all(): readonly ResourceDefinition[] {
    return resources;
  }
}
