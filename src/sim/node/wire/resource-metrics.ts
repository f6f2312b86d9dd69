/**
 * What a kubelet tells at `/metrics/resource`: upstream's figures as a record, where Prometheus' text would have to be
 * written and read again (`pkg/kubelet/metrics/collectors/resource_metrics.go`). Times are virtual microseconds.
 */

/** One container that runs. */
export interface ContainerUsage {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** When it was started. */
  readonly startedAt: number;
  /** CPU time that it has used since, in microseconds. */
  readonly cpuTime: number;
  readonly memoryBytes: number;
}

export interface ResourceMetrics {
  /** When all this was so. */
  readonly at: number;
  readonly node: { readonly startedAt: number; readonly cpuTime: number; readonly memoryBytes: number };
  readonly containers: readonly ContainerUsage[];
}
