import type { ControllerContext } from "./context";
import type { Engine } from "./engine";
import { clusterRoleAggregation } from "./cluster-role-aggregation";
import { cronJobController } from "./cronjob/cronjob-controller";
import { daemonSetController } from "./daemonset/daemonset-controller";
import { deploymentController } from "./deployment/deployment-controller";
import { disruptionController } from "./disruption";
import { endpointsController } from "./endpoints";
import { endpointSliceController } from "./endpointslice";
import { garbageCollector } from "./garbage-collector";
import { jobController } from "./job/job-controller";
import { horizontalPodAutoscalerController } from "./podautoscaler/horizontal";
import { namespaceController } from "./namespace";
import { nodeIpamController } from "./node-ipam";
import { nodeLifecycleController } from "./node-lifecycle";
import { podGarbageCollector } from "./pod-gc";
import { replicaSetController, replicationController } from "./replicaset";
import { resourceQuotaController } from "./resource-quota";
import { rootCaPublisher } from "./root-ca-publisher";
import { serviceAccountController } from "./serviceaccount";
import { serviceAccountTokenController } from "./serviceaccount-token";
import { statefulSetController } from "./statefulset/statefulset-controller";
import { taintEvictionController } from "./taint-eviction";
import { ttlAfterFinishedController } from "./ttl-after-finished";

/** A controller that the manager runs: made when it begins to lead, then started once informers run. */
export interface Controller {
  /** Queue, workers and what it shows of itself; controllers with several loops have several. */
  readonly engine: Engine | readonly Engine[];
  start(): void;
}

/** A controller's name, as `--controllers` knows it, and how to make it. */
export interface ControllerEntry {
  readonly name: string;
  readonly make: (context: ControllerContext) => Controller;
}

/** Every controller of the manager. A new one is one line here. */
export const CONTROLLERS: readonly ControllerEntry[] = [
  { name: "serviceaccount-token-controller", make: serviceAccountTokenController },
  { name: "serviceaccount-controller", make: serviceAccountController },
  { name: "root-ca-certificate-publisher-controller", make: rootCaPublisher },
  { name: "namespace-controller", make: namespaceController },
  { name: "garbage-collector-controller", make: garbageCollector },
  { name: "replicaset-controller", make: replicaSetController },
  { name: "replicationcontroller-controller", make: replicationController },
  { name: "deployment-controller", make: deploymentController },
  { name: "resourcequota-controller", make: resourceQuotaController },
  { name: "horizontal-pod-autoscaler-controller", make: horizontalPodAutoscalerController },
  { name: "disruption-controller", make: disruptionController },
  { name: "job-controller", make: jobController },
  { name: "cronjob-controller", make: cronJobController },
  { name: "ttl-after-finished-controller", make: ttlAfterFinishedController },
  { name: "daemonset-controller", make: daemonSetController },
  { name: "statefulset-controller", make: statefulSetController },
  { name: "clusterrole-aggregation-controller", make: clusterRoleAggregation },
  { name: "node-ipam-controller", make: nodeIpamController },
  { name: "node-lifecycle-controller", make: nodeLifecycleController },
  { name: "pod-garbage-collector-controller", make: podGarbageCollector },
  { name: "endpoints-controller", make: endpointsController },
  { name: "endpointslice-controller", make: endpointSliceController },
  { name: "taint-eviction-controller", make: taintEvictionController },
];
