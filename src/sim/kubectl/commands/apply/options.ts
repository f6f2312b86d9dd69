/** What `kubectl apply` was told. */
import type { DryRun } from "../../cli/dry-run";
import { writeQuery } from "../../cli/dry-run";
import type { Context } from "../../context";
import type { Query } from "../../rest/client";

export interface ApplyOptions {
  readonly dryRun: DryRun;
  readonly serverSide: boolean;
  readonly forceConflicts: boolean;
  readonly fieldManager: string;
  readonly subresource: string;
  /** False: what others have changed is not overwritten. */
  readonly overwrite: boolean;
  /** Delete and create anew what cannot be patched. */
  readonly force: boolean;
  /** For deletions, in microseconds; 0: none. */
  readonly timeout: number;
  readonly printsObjects: boolean;
  readonly deletion: DeletionOptions;
}

export interface DeletionOptions {
  readonly propagationPolicy: string;
  /** Seconds; negative: as the object says. */
  readonly gracePeriod: number;
}

/** The query of a request that writes. */
export function queryOf(context: Context, options: Pick<ApplyOptions, "dryRun" | "fieldManager">): Query {
  return { ...writeQuery(context, options.dryRun), fieldManager: options.fieldManager };
}

/** Body of a request that deletes. */
export function deletionBody({ propagationPolicy, gracePeriod }: DeletionOptions): object {
  return {
    kind: "DeleteOptions",
    apiVersion: "v1",
    propagationPolicy,
    ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}),
  };
}
