/**
 * The messages of the other groups as Kubernetes v1.35 numbers their fields
 * (staging/src/k8s.io/api, apimachinery: generated.proto of each package). What a line means: table.ts.
 */
export const MESSAGES = `
# apps.v1
ControllerRevision: metadata meta.v1.ObjectMeta, data RawExtension, revision int
DaemonSet: metadata meta.v1.ObjectMeta, spec DaemonSetSpec, status DaemonSetStatus
DaemonSetCondition: type, status, lastTransitionTime Time, reason, message
DaemonSetSpec: selector meta.v1.LabelSelector, template core.v1.PodTemplateSpec,
  updateStrategy DaemonSetUpdateStrategy, minReadySeconds int~, 6=revisionHistoryLimit int
DaemonSetStatus: currentNumberScheduled int, numberMisscheduled int, desiredNumberScheduled int, numberReady int,
  observedGeneration int~, updatedNumberScheduled int~, numberAvailable int~, numberUnavailable int~,
  collisionCount int, conditions DaemonSetCondition[]
DaemonSetUpdateStrategy: type, rollingUpdate RollingUpdateDaemonSet
Deployment: metadata meta.v1.ObjectMeta, spec DeploymentSpec, status DeploymentStatus
DeploymentCondition: type, status, 4=reason, message, lastUpdateTime Time, lastTransitionTime Time
DeploymentSpec: replicas int, selector meta.v1.LabelSelector, template core.v1.PodTemplateSpec,
  strategy DeploymentStrategy, minReadySeconds int~, revisionHistoryLimit int, paused bool~,
  9=progressDeadlineSeconds int
DeploymentStatus: observedGeneration int~, replicas int~, updatedReplicas int~, availableReplicas int~,
  unavailableReplicas int~, conditions DeploymentCondition[], readyReplicas int~, collisionCount int,
  terminatingReplicas int
DeploymentStrategy: type, rollingUpdate RollingUpdateDeployment
ReplicaSet: metadata meta.v1.ObjectMeta, spec ReplicaSetSpec, status ReplicaSetStatus
ReplicaSetCondition: type, status, lastTransitionTime Time, reason, message
ReplicaSetSpec: replicas int, selector meta.v1.LabelSelector, template core.v1.PodTemplateSpec, minReadySeconds int~
ReplicaSetStatus: replicas int, fullyLabeledReplicas int~, observedGeneration int~, readyReplicas int~,
  availableReplicas int~, conditions ReplicaSetCondition[], terminatingReplicas int
RollingUpdateDaemonSet: maxUnavailable IntOrString, maxSurge IntOrString
RollingUpdateDeployment: maxUnavailable IntOrString, maxSurge IntOrString
RollingUpdateStatefulSetStrategy: partition int, maxUnavailable IntOrString
StatefulSet: metadata meta.v1.ObjectMeta, spec StatefulSetSpec, status StatefulSetStatus
StatefulSetCondition: type, status, lastTransitionTime Time, reason, message
StatefulSetOrdinals: start int
StatefulSetPersistentVolumeClaimRetentionPolicy: whenDeleted, whenScaled
StatefulSetSpec: replicas int, selector meta.v1.LabelSelector, template core.v1.PodTemplateSpec,
  volumeClaimTemplates core.v1.PersistentVolumeClaim[], serviceName, podManagementPolicy,
  updateStrategy StatefulSetUpdateStrategy, revisionHistoryLimit int, minReadySeconds int~,
  persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy, ordinals StatefulSetOrdinals
StatefulSetStatus: observedGeneration int~, replicas int, readyReplicas int~, currentReplicas int~,
  updatedReplicas int~, currentRevision, updateRevision, 9=collisionCount int, conditions StatefulSetCondition[],
  availableReplicas int
StatefulSetUpdateStrategy: type, rollingUpdate RollingUpdateStatefulSetStrategy

# authentication.v1
BoundObjectReference: kind, apiVersion, name, uid
SelfSubjectReview: metadata meta.v1.ObjectMeta, status SelfSubjectReviewStatus
SelfSubjectReviewStatus: userInfo UserInfo
TokenRequest: metadata meta.v1.ObjectMeta, spec TokenRequestSpec, status TokenRequestStatus
TokenRequestSpec: audiences string[], 3=boundObjectRef BoundObjectReference, expirationSeconds int
TokenRequestStatus: token, expirationTimestamp Time
TokenReview: metadata meta.v1.ObjectMeta, spec TokenReviewSpec, status TokenReviewStatus
TokenReviewSpec: token, audiences string[]
TokenReviewStatus: authenticated bool~, user UserInfo, error, audiences string[]
UserInfo: username, uid, groups string[], extra {ExtraValue}

# authorization.v1
FieldSelectorAttributes: rawSelector, requirements meta.v1.FieldSelectorRequirement[]
LabelSelectorAttributes: rawSelector, requirements meta.v1.LabelSelectorRequirement[]
LocalSubjectAccessReview: metadata meta.v1.ObjectMeta, spec SubjectAccessReviewSpec,
  status SubjectAccessReviewStatus
NonResourceAttributes: path, verb
NonResourceRule: verbs string[], nonResourceURLs string[]
ResourceAttributes: namespace, verb, group, version, resource, subresource, name,
  fieldSelector FieldSelectorAttributes, labelSelector LabelSelectorAttributes
ResourceRule: verbs string[], apiGroups string[], resources string[], resourceNames string[]
SelfSubjectAccessReview: metadata meta.v1.ObjectMeta, spec SelfSubjectAccessReviewSpec,
  status SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec: resourceAttributes ResourceAttributes, nonResourceAttributes NonResourceAttributes
SelfSubjectRulesReview: metadata meta.v1.ObjectMeta, spec SelfSubjectRulesReviewSpec,
  status SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec: namespace
SubjectAccessReview: metadata meta.v1.ObjectMeta, spec SubjectAccessReviewSpec, status SubjectAccessReviewStatus
SubjectAccessReviewSpec: resourceAttributes ResourceAttributes, nonResourceAttributes NonResourceAttributes, user,
  groups string[], extra {ExtraValue}, uid
SubjectAccessReviewStatus: allowed bool, reason, evaluationError, denied bool~
SubjectRulesReviewStatus: resourceRules ResourceRule[], nonResourceRules NonResourceRule[], incomplete bool,
  evaluationError

# autoscaling.v1
CrossVersionObjectReference: kind, name, apiVersion
HorizontalPodAutoscaler: metadata meta.v1.ObjectMeta, spec HorizontalPodAutoscalerSpec,
  status HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec: scaleTargetRef CrossVersionObjectReference, minReplicas int, maxReplicas int,
  targetCPUUtilizationPercentage int
HorizontalPodAutoscalerStatus: observedGeneration int, lastScaleTime Time, currentReplicas int, desiredReplicas int,
  currentCPUUtilizationPercentage int
Scale: metadata meta.v1.ObjectMeta, spec ScaleSpec, status ScaleStatus
ScaleSpec: replicas int
ScaleStatus: replicas int, selector

# autoscaling.v2
ContainerResourceMetricSource: name, target MetricTarget, container
ContainerResourceMetricStatus: name, current MetricValueStatus, container
CrossVersionObjectReference: kind, name, apiVersion
ExternalMetricSource: metric MetricIdentifier, target MetricTarget
ExternalMetricStatus: metric MetricIdentifier, current MetricValueStatus
HPAScalingPolicy: type, value int, periodSeconds int
HPAScalingRules: selectPolicy, policies HPAScalingPolicy[], stabilizationWindowSeconds int, tolerance Quantity
HorizontalPodAutoscaler: metadata meta.v1.ObjectMeta, spec HorizontalPodAutoscalerSpec,
  status HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerBehavior: scaleUp HPAScalingRules, scaleDown HPAScalingRules
HorizontalPodAutoscalerCondition: type, status, lastTransitionTime Time, reason, message
HorizontalPodAutoscalerSpec: scaleTargetRef CrossVersionObjectReference, minReplicas int, maxReplicas int,
  metrics MetricSpec[], behavior HorizontalPodAutoscalerBehavior
HorizontalPodAutoscalerStatus: observedGeneration int, lastScaleTime Time, currentReplicas int~,
  desiredReplicas int, currentMetrics MetricStatus[], conditions HorizontalPodAutoscalerCondition[]
MetricIdentifier: name, selector meta.v1.LabelSelector
MetricSpec: type, object ObjectMetricSource, pods PodsMetricSource, resource ResourceMetricSource,
  external ExternalMetricSource, 7=containerResource ContainerResourceMetricSource
MetricStatus: type, object ObjectMetricStatus, pods PodsMetricStatus, resource ResourceMetricStatus,
  external ExternalMetricStatus, 7=containerResource ContainerResourceMetricStatus
MetricTarget: type, value Quantity, averageValue Quantity, averageUtilization int
MetricValueStatus: value Quantity, averageValue Quantity, averageUtilization int
ObjectMetricSource: describedObject CrossVersionObjectReference, target MetricTarget, metric MetricIdentifier
ObjectMetricStatus: metric MetricIdentifier, current MetricValueStatus, describedObject CrossVersionObjectReference
PodsMetricSource: metric MetricIdentifier, target MetricTarget
PodsMetricStatus: metric MetricIdentifier, current MetricValueStatus
ResourceMetricSource: name, target MetricTarget
ResourceMetricStatus: name, current MetricValueStatus

# batch.v1
CronJob: metadata meta.v1.ObjectMeta, spec CronJobSpec, status CronJobStatus
CronJobSpec: schedule, startingDeadlineSeconds int, concurrencyPolicy, suspend bool, jobTemplate JobTemplateSpec,
  successfulJobsHistoryLimit int, failedJobsHistoryLimit int, timeZone
CronJobStatus: active core.v1.ObjectReference[], 4=lastScheduleTime Time, lastSuccessfulTime Time
Job: metadata meta.v1.ObjectMeta, spec JobSpec, status JobStatus
JobCondition: type, status, lastProbeTime Time, lastTransitionTime Time, reason, message
JobSpec: parallelism int, completions int, activeDeadlineSeconds int, selector meta.v1.LabelSelector,
  manualSelector bool, template core.v1.PodTemplateSpec, backoffLimit int, ttlSecondsAfterFinished int,
  completionMode, suspend bool, podFailurePolicy PodFailurePolicy, backoffLimitPerIndex int, maxFailedIndexes int,
  podReplacementPolicy, managedBy, successPolicy SuccessPolicy
JobStatus: conditions JobCondition[], startTime Time, completionTime Time, active int~, succeeded int~, failed int~,
  completedIndexes, uncountedTerminatedPods UncountedTerminatedPods, ready int, failedIndexes, terminating int
JobTemplateSpec: metadata meta.v1.ObjectMeta, spec JobSpec
PodFailurePolicy: rules PodFailurePolicyRule[]
PodFailurePolicyOnExitCodesRequirement: containerName, operator, values int[]
PodFailurePolicyOnPodConditionsPattern: type, status
PodFailurePolicyRule: action, onExitCodes PodFailurePolicyOnExitCodesRequirement,
  onPodConditions PodFailurePolicyOnPodConditionsPattern[]
SuccessPolicy: rules SuccessPolicyRule[]
SuccessPolicyRule: succeededIndexes, succeededCount int
UncountedTerminatedPods: succeeded string[], failed string[]

# certificates.v1
CertificateSigningRequest: metadata meta.v1.ObjectMeta, spec CertificateSigningRequestSpec,
  status CertificateSigningRequestStatus
CertificateSigningRequestCondition: type, reason, message, lastUpdateTime Time, lastTransitionTime Time, status
CertificateSigningRequestSpec: request bytes, username, uid, groups string[], usages string[], extra {ExtraValue},
  signerName, expirationSeconds int
CertificateSigningRequestStatus: conditions CertificateSigningRequestCondition[], certificate bytes

# coordination.v1
Lease: metadata meta.v1.ObjectMeta, spec LeaseSpec
LeaseSpec: holderIdentity, leaseDurationSeconds int, acquireTime MicroTime, renewTime MicroTime,
  leaseTransitions int, strategy, preferredHolder

# discovery.v1
Endpoint: addresses string[], conditions EndpointConditions, hostname, targetRef core.v1.ObjectReference,
  deprecatedTopology {string}, nodeName, zone, hints EndpointHints
EndpointConditions: ready bool, serving bool, terminating bool
EndpointHints: forZones ForZone[], forNodes ForNode[]
EndpointPort: name, protocol, port int, appProtocol
EndpointSlice: metadata meta.v1.ObjectMeta, endpoints Endpoint[], ports EndpointPort[], addressType
ForNode: name
ForZone: name

# events.v1
Event: metadata meta.v1.ObjectMeta, eventTime MicroTime, series EventSeries, reportingController, reportingInstance,
  action, reason, regarding core.v1.ObjectReference, related core.v1.ObjectReference, note, type,
  deprecatedSource core.v1.EventSource, deprecatedFirstTimestamp Time, deprecatedLastTimestamp Time,
  deprecatedCount int~
EventSeries: count int, lastObservedTime MicroTime

# meta.v1
Condition: type, status, observedGeneration int~, lastTransitionTime Time, reason, message
CreateOptions: dryRun string[], 3=fieldManager, fieldValidation
DeleteOptions: gracePeriodSeconds int, preconditions Preconditions, orphanDependents bool, propagationPolicy,
  dryRun string[], ignoreStoreReadErrorWithClusterBreakingPotential bool
FieldSelectorRequirement: key, operator, values string[]
LabelSelector: matchLabels {string}, matchExpressions LabelSelectorRequirement[]
LabelSelectorRequirement: key, operator, values string[]
ListMeta: selfLink, resourceVersion, continue, remainingItemCount int
ManagedFieldsEntry: manager, operation, apiVersion, time Time, 6=fieldsType, fieldsV1 FieldsV1, subresource
ObjectMeta: name, generateName, namespace, selfLink, uid, resourceVersion, generation int~, creationTimestamp Time,
  deletionTimestamp Time, deletionGracePeriodSeconds int, labels {string}, annotations {string},
  ownerReferences OwnerReference[], finalizers string[], 17=managedFields ManagedFieldsEntry[]
OwnerReference: kind, 3=name, uid, apiVersion, controller bool, blockOwnerDeletion bool
PatchOptions: dryRun string[], force bool, fieldManager, fieldValidation
Preconditions: uid, resourceVersion
Status: metadata ListMeta, status, message, reason, details StatusDetails, code int~
StatusCause: reason, message, field
StatusDetails: name, group, kind, causes StatusCause[], retryAfterSeconds int~, uid
UpdateOptions: dryRun string[], fieldManager, fieldValidation

# networking.v1
HTTPIngressPath: path, backend IngressBackend, pathType
HTTPIngressRuleValue: paths HTTPIngressPath[]
IPBlock: cidr, except string[]
Ingress: metadata meta.v1.ObjectMeta, spec IngressSpec, status IngressStatus
IngressBackend: 3=resource core.v1.TypedLocalObjectReference, service IngressServiceBackend
IngressClass: metadata meta.v1.ObjectMeta, spec IngressClassSpec
IngressClassParametersReference: apiGroup, kind, name, scope, namespace
IngressClassSpec: controller, parameters IngressClassParametersReference
IngressLoadBalancerIngress: ip, hostname, 4=ports IngressPortStatus[]
IngressLoadBalancerStatus: ingress IngressLoadBalancerIngress[]
IngressPortStatus: port int, protocol, error
IngressRule: host, * IngressRuleValue
IngressRuleValue: http HTTPIngressRuleValue
IngressServiceBackend: name, port ServiceBackendPort
IngressSpec: defaultBackend IngressBackend, tls IngressTLS[], rules IngressRule[], ingressClassName
IngressStatus: loadBalancer IngressLoadBalancerStatus
IngressTLS: hosts string[], secretName
NetworkPolicy: metadata meta.v1.ObjectMeta, spec NetworkPolicySpec
NetworkPolicyEgressRule: ports NetworkPolicyPort[], to NetworkPolicyPeer[]
NetworkPolicyIngressRule: ports NetworkPolicyPort[], from NetworkPolicyPeer[]
NetworkPolicyPeer: podSelector meta.v1.LabelSelector, namespaceSelector meta.v1.LabelSelector, ipBlock IPBlock
NetworkPolicyPort: protocol, port IntOrString, endPort int
NetworkPolicySpec: podSelector meta.v1.LabelSelector, ingress NetworkPolicyIngressRule[],
  egress NetworkPolicyEgressRule[], policyTypes string[]
ServiceBackendPort: name, number int~

# policy.v1
Eviction: metadata meta.v1.ObjectMeta, deleteOptions meta.v1.DeleteOptions
PodDisruptionBudget: metadata meta.v1.ObjectMeta, spec PodDisruptionBudgetSpec, status PodDisruptionBudgetStatus
PodDisruptionBudgetSpec: minAvailable IntOrString, selector meta.v1.LabelSelector, maxUnavailable IntOrString,
  unhealthyPodEvictionPolicy
PodDisruptionBudgetStatus: observedGeneration int~, disruptedPods {Time}, disruptionsAllowed int,
  currentHealthy int, desiredHealthy int, expectedPods int, conditions meta.v1.Condition[]

# flowcontrol.v1
ExemptPriorityLevelConfiguration: nominalConcurrencyShares int, lendablePercent int
FlowDistinguisherMethod: type
FlowSchema: metadata meta.v1.ObjectMeta, spec FlowSchemaSpec, status FlowSchemaStatus
FlowSchemaCondition: type, status, lastTransitionTime Time, reason, message
FlowSchemaSpec: priorityLevelConfiguration PriorityLevelConfigurationReference, matchingPrecedence int~,
  distinguisherMethod FlowDistinguisherMethod, rules PolicyRulesWithSubjects[]
FlowSchemaStatus: conditions FlowSchemaCondition[]
GroupSubject: name
LimitResponse: type, queuing QueuingConfiguration
LimitedPriorityLevelConfiguration: nominalConcurrencyShares int, limitResponse LimitResponse, lendablePercent int,
  borrowingLimitPercent int
NonResourcePolicyRule: verbs string[], 6=nonResourceURLs string[]
PolicyRulesWithSubjects: subjects Subject[], resourceRules ResourcePolicyRule[],
  nonResourceRules NonResourcePolicyRule[]
PriorityLevelConfiguration: metadata meta.v1.ObjectMeta, spec PriorityLevelConfigurationSpec,
  status PriorityLevelConfigurationStatus
PriorityLevelConfigurationCondition: type, status, lastTransitionTime Time, reason, message
PriorityLevelConfigurationReference: name
PriorityLevelConfigurationSpec: type, limited LimitedPriorityLevelConfiguration,
  exempt ExemptPriorityLevelConfiguration
PriorityLevelConfigurationStatus: conditions PriorityLevelConfigurationCondition[]
QueuingConfiguration: queues int~, handSize int~, queueLengthLimit int~
ResourcePolicyRule: verbs string[], apiGroups string[], resources string[], clusterScope bool~, namespaces string[]
ServiceAccountSubject: namespace, name
Subject: kind, user UserSubject, group GroupSubject, serviceAccount ServiceAccountSubject
UserSubject: name

# rbac.v1
AggregationRule: clusterRoleSelectors meta.v1.LabelSelector[]
ClusterRole: metadata meta.v1.ObjectMeta, rules PolicyRule[], aggregationRule AggregationRule
ClusterRoleBinding: metadata meta.v1.ObjectMeta, subjects Subject[], roleRef RoleRef
PolicyRule: verbs string[], apiGroups string[], resources string[], resourceNames string[], nonResourceURLs string[]
Role: metadata meta.v1.ObjectMeta, rules PolicyRule[]
RoleBinding: metadata meta.v1.ObjectMeta, subjects Subject[], roleRef RoleRef
RoleRef: apiGroup, kind, name
Subject: kind, apiGroup, name, namespace

# scheduling.v1
PriorityClass: metadata meta.v1.ObjectMeta, value int, globalDefault bool~, description, preemptionPolicy

# storage.v1
StorageClass: metadata meta.v1.ObjectMeta, provisioner, parameters {string}, reclaimPolicy, mountOptions string[],
  allowVolumeExpansion bool, volumeBindingMode, allowedTopologies core.v1.TopologySelectorTerm[]
`;
