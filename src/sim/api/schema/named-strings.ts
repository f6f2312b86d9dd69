/**
 * Fields whose Go type is a string with a name of its own, and the values that the published schema lists for it
 * (the types marked `+enum` in `staging/src/k8s.io/api/*` of v1.35; values by the alphabet, as kube-openapi has them).
 */

interface NamedString {
  /** Name of the Go type, without its package. */
  readonly name: string;
  readonly values: readonly string[];
}

/** The type, its values, and the fields that have it, as `Struct.field`. */
const TABLE = `
CompletionMode: Indexed NonIndexed: JobSpec.completionMode
ConcurrencyPolicy: Allow Forbid Replace: CronJobSpec.concurrencyPolicy
DaemonSetUpdateStrategyType: OnDelete RollingUpdate: DaemonSetUpdateStrategy.type
DNSPolicy: ClusterFirst ClusterFirstWithHostNet Default None: PodSpec.dnsPolicy
DeploymentStrategyType: Recreate RollingUpdate: DeploymentStrategy.type
MountPropagationMode: Bidirectional HostToContainer None: VolumeMount.mountPropagation
NamespacePhase: Active Terminating: NamespaceStatus.phase
NodeInclusionPolicy: Honor Ignore:
  TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy
NodeSelectorOperator: DoesNotExist Exists Gt In Lt NotIn: NodeSelectorRequirement.operator
PathType: Exact ImplementationSpecific Prefix: HTTPIngressPath.pathType
PersistentVolumeClaimPhase: Bound Lost Pending: PersistentVolumeClaimStatus.phase
PersistentVolumeMode: Block Filesystem:
  PersistentVolumeClaimSpec.volumeMode PersistentVolumeSpec.volumeMode
PersistentVolumePhase: Available Bound Failed Pending Released: PersistentVolumeStatus.phase
PersistentVolumeReclaimPolicy: Delete Recycle Retain:
  PersistentVolumeSpec.persistentVolumeReclaimPolicy StorageClass.reclaimPolicy
PodFSGroupChangePolicy: Always OnRootMismatch: PodSecurityContext.fsGroupChangePolicy
PodFailurePolicyAction: Count FailIndex FailJob Ignore: PodFailurePolicyRule.action
PodManagementPolicyType: OrderedReady Parallel: StatefulSetSpec.podManagementPolicy
PodPhase: Failed Pending Running Succeeded Unknown: PodStatus.phase
PodQOSClass: BestEffort Burstable Guaranteed: PodStatus.qosClass
PodReplacementPolicy: Failed TerminatingOrFailed: JobSpec.podReplacementPolicy
PreemptionPolicy: Never PreemptLowerPriority: PodSpec.preemptionPolicy PriorityClass.preemptionPolicy
ProcMountType: Default Unmasked: SecurityContext.procMount
Protocol: SCTP TCP UDP:
  ContainerPort.protocol EndpointPort.protocol NetworkPolicyPort.protocol ServicePort.protocol
PullPolicy: Always IfNotPresent Never:
  Container.imagePullPolicy EphemeralContainer.imagePullPolicy ImageVolumeSource.pullPolicy
RestartPolicy: Always Never OnFailure: PodSpec.restartPolicy
SeccompProfileType: Localhost RuntimeDefault Unconfined: SeccompProfile.type
ServiceAffinity: ClientIP None: ServiceSpec.sessionAffinity
ServiceExternalTrafficPolicy: Cluster Local: ServiceSpec.externalTrafficPolicy
ServiceInternalTrafficPolicy: Cluster Local: ServiceSpec.internalTrafficPolicy
ServiceType: ClusterIP ExternalName LoadBalancer NodePort: ServiceSpec.type
StatefulSetUpdateStrategyType: OnDelete RollingUpdate: StatefulSetUpdateStrategy.type
TaintEffect: NoExecute NoSchedule PreferNoSchedule: Taint.effect Toleration.effect
TerminationMessagePolicy: FallbackToLogsOnError File:
  Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy
URIScheme: HTTP HTTPS: HTTPGetAction.scheme
UnhealthyPodEvictionPolicyType: AlwaysAllow IfHealthyBudget:
  PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy
UnsatisfiableConstraintAction: DoNotSchedule ScheduleAnyway: TopologySpreadConstraint.whenUnsatisfiable
VolumeBindingMode: Immediate WaitForFirstConsumer: StorageClass.volumeBindingMode
`;

let byField: ReadonlyMap<string, NamedString> | undefined;

/** What a field's string is called; undefined for plain strings and for what is no string. */
export function namedString(struct: string, field: string): NamedString | undefined {
  byField ??= read();
  return byField.get(`${struct}.${field}`);
}

function read(): ReadonlyMap<string, NamedString> {
  const found = new Map<string, NamedString>();
  for (const line of TABLE.trim().replaceAll("\n  ", " ").split("\n")) {
    const [name = "", values = "", fields = ""] = line.split(": ");
    for (const field of fields.split(" ")) found.set(field, { name, values: values.split(" ") });
  }
  return found;
}
