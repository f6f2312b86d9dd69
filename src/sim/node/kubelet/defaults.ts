import { MINUTE, MS, SECOND, type Micros } from "../../kernel/time";

/** pkg/kubelet/kubelet.go: plegRelistPeriod of the generic PLEG. */
export const RELIST_PERIOD: Micros = 1 * SECOND;
/** pkg/kubelet/kubelet.go: housekeepingPeriod. */
export const HOUSEKEEPING_PERIOD: Micros = 2 * SECOND;
/** pkg/kubelet/pod_workers.go: a failed sync comes again after this, ±50 %. */
export const SYNC_BACKOFF: Micros = 10 * SECOND;
/** pkg/kubelet/pod_workers.go: the same while the network is not ready. */
export const NETWORK_BACKOFF: Micros = 1 * SECOND;
/** pkg/kubelet/kubelet.go: containers that fail, and images that cannot be pulled. */
export const BACKOFF_INITIAL: Micros = 10 * SECOND;
export const BACKOFF_MAX: Micros = 300 * SECOND;
/** pkg/kubelet/status/status_manager.go: syncPeriod. */
export const STATUS_RESYNC: Micros = 10 * SECOND;
/** pkg/kubelet/apis/config/v1beta1/defaults.go: NodeStatusUpdateFrequency, NodeStatusReportFrequency. */
export const NODE_STATUS_PERIOD: Micros = 10 * SECOND;
export const NODE_STATUS_REPORT: Micros = 5 * MINUTE;
/** pkg/kubelet/apis/config/v1beta1/defaults.go: NodeLeaseDurationSeconds; renewed after a quarter of it. */
export const LEASE_DURATION_SECONDS = 40;
export const LEASE_RENEW: Micros = 10 * SECOND;
/** staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go: maxUpdateRetries, maxBackoff. */
export const LEASE_UPDATE_RETRIES = 5;
export const LEASE_BACKOFF_MAX: Micros = 7 * SECOND;
/** pkg/kubelet/kubelet_node_status.go: registerWithAPIServer. */
export const REGISTER_BACKOFF_INITIAL: Micros = 100 * MS;
export const REGISTER_BACKOFF_MAX: Micros = 7 * SECOND;
/** pkg/kubelet/kubelet.go: maxWaitForContainerRuntime. */
export const RUNTIME_GRACE: Micros = 30 * SECOND;
/** pkg/kubelet/kubelet.go: the loop's pause while the runtime cannot be reached. */
export const RUNTIME_RETRY_INITIAL: Micros = 100 * MS;
export const RUNTIME_RETRY_MAX: Micros = 5 * SECOND;
/** pkg/kubelet/apis/config/v1beta1/defaults.go: FileCheckFrequency. */
export const FILE_CHECK_PERIOD: Micros = 20 * SECOND;
/** pkg/kubelet/apis/config/v1beta1/defaults.go: MaxPods. */
export const MAX_PODS = 110;
/** pkg/kubelet/kuberuntime/kuberuntime_container.go: minimumGracePeriodInSeconds. */
export const MINIMUM_GRACE: Micros = 2 * SECOND;
/** pkg/kubelet/prober/prober.go: maxProbeRetries. */
export const PROBE_RETRIES = 3;
/** pkg/kubelet/allocation/allocation_manager.go: retryDelay. */
export const RESIZE_RETRY: Micros = 3 * MINUTE;
/** pkg/kubelet/eviction/defaults_linux.go: memory.available<100Mi. */
export const EVICTION_MEMORY = 100 * 1024 * 1024;
/** pkg/kubelet/apis/config/v1beta1/defaults.go: EvictionPressureTransitionPeriod. */
export const PRESSURE_TRANSITION: Micros = 5 * MINUTE;
/** pkg/kubelet/eviction/eviction_manager.go: podCleanupTimeout. */
export const EVICTION_CLEANUP: Micros = 30 * SECOND;
/** pkg/kubelet/apis/config/v1beta1/defaults.go: KubeAPIQPS, KubeAPIBurst, EventRecordQPS, EventBurst. */
export const API_QPS = 50;
export const API_BURST = 100;
