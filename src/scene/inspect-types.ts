/** What the inspector asks for. */
export type InspectTarget =
  | { readonly kind: "pod"; readonly uid: string }
  | { readonly kind: "host"; readonly host: string }
  | { readonly kind: "process"; readonly host: string; readonly process: string }
  | { readonly kind: "workload"; readonly id: string }
  | { readonly kind: "service"; readonly id: string };

/** Answer to `inspect`. */
export interface Inspection {
  readonly title: string;
  /** Rows of the summary: label and value. */
  readonly summary: readonly (readonly [string, string])[];
  /** The object as recorded in etcd; null where there is none (a process, a host without Node). */
  readonly object: unknown;
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
    readonly since: number;
  }[];
  readonly events: readonly {
    readonly at: number;
    readonly type: string;
    readonly reason: string;
    readonly message: string;
    readonly count: number;
    readonly source: string;
  }[];
  /** Scheduling decision and other facts that explain: one line each. */
  readonly why: readonly string[];
}
