/**
 * The messages of the core group as Kubernetes v1.35 numbers their fields
 * (staging/src/k8s.io/api/core/v1/generated.proto). What a line means: table.ts.
 */
export const CORE_MESSAGES = `
# core.v1
AWSElasticBlockStoreVolumeSource: volumeID, fsType, partition int~, readOnly bool~
Affinity: nodeAffinity NodeAffinity, podAffinity PodAffinity, podAntiAffinity PodAntiAffinity
AppArmorProfile: type, localhostProfile
AttachedVolume: name, devicePath
AzureDiskVolumeSource: diskName, diskURI, cachingMode, fsType, readOnly bool, kind
AzureFilePersistentVolumeSource: secretName, shareName, readOnly bool~, secretNamespace
AzureFileVolumeSource: secretName, shareName, readOnly bool~
Binding: metadata meta.v1.ObjectMeta, target ObjectReference
CSIPersistentVolumeSource: driver, volumeHandle, readOnly bool~, fsType, volumeAttributes {string},
  controllerPublishSecretRef SecretReference, nodeStageSecretRef SecretReference,
  nodePublishSecretRef SecretReference, controllerExpandSecretRef SecretReference,
  nodeExpandSecretRef SecretReference
CSIVolumeSource: driver, readOnly bool~, fsType, volumeAttributes {string},
  nodePublishSecretRef LocalObjectReference
Capabilities: add string[], drop string[]
CephFSPersistentVolumeSource: monitors string[], path, user, secretFile, secretRef SecretReference, readOnly bool~
CephFSVolumeSource: monitors string[], path, user, secretFile, secretRef LocalObjectReference, readOnly bool~
CinderPersistentVolumeSource: volumeID, fsType, readOnly bool~, secretRef SecretReference
CinderVolumeSource: volumeID, fsType, readOnly bool~, secretRef LocalObjectReference
ClientIPConfig: timeoutSeconds int
ClusterTrustBundleProjection: name, signerName, labelSelector meta.v1.LabelSelector, path, optional bool
ConfigMap: metadata meta.v1.ObjectMeta, data {string}, binaryData {bytes}, immutable bool
ConfigMapEnvSource: * LocalObjectReference, optional bool
ConfigMapKeySelector: * LocalObjectReference, key, optional bool
ConfigMapNodeConfigSource: namespace, name, uid, resourceVersion, kubeletConfigKey
ConfigMapProjection: * LocalObjectReference, items KeyToPath[], 4=optional bool
ConfigMapVolumeSource: * LocalObjectReference, items KeyToPath[], defaultMode int, optional bool
Container: name, image, command string[], args string[], workingDir, ports ContainerPort[], env EnvVar[],
  resources ResourceRequirements, volumeMounts VolumeMount[], livenessProbe Probe, readinessProbe Probe,
  lifecycle Lifecycle, terminationMessagePath, imagePullPolicy, securityContext SecurityContext, stdin bool~,
  stdinOnce bool~, tty bool~, envFrom EnvFromSource[], terminationMessagePolicy, volumeDevices VolumeDevice[],
  startupProbe Probe, resizePolicy ContainerResizePolicy[], restartPolicy, restartPolicyRules ContainerRestartRule[]
ContainerExtendedResourceRequest: containerName, resourceName, requestName
ContainerImage: names string[], sizeBytes int~
ContainerPort: name, hostPort int~, containerPort int, protocol, hostIP
ContainerResizePolicy: resourceName, restartPolicy
ContainerRestartRule: action, exitCodes ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes: operator, values int[]
ContainerState: waiting ContainerStateWaiting, running ContainerStateRunning, terminated ContainerStateTerminated
ContainerStateRunning: startedAt Time
ContainerStateTerminated: exitCode int, signal int~, reason, message, startedAt Time, finishedAt Time, containerID
ContainerStateWaiting: reason, message
ContainerStatus: name, state ContainerState, lastState ContainerState, ready bool, restartCount int, image, imageID,
  containerID, started bool, allocatedResources {Quantity}, resources ResourceRequirements,
  volumeMounts VolumeMountStatus[], user ContainerUser, allocatedResourcesStatus ResourceStatus[], stopSignal
ContainerUser: linux LinuxContainerUser
DaemonEndpoint: Port int
DownwardAPIProjection: items DownwardAPIVolumeFile[]
DownwardAPIVolumeFile: path, fieldRef ObjectFieldSelector, resourceFieldRef ResourceFieldSelector, mode int
DownwardAPIVolumeSource: items DownwardAPIVolumeFile[], defaultMode int
EmptyDirVolumeSource: medium, sizeLimit Quantity
EndpointAddress: ip, targetRef ObjectReference, hostname, nodeName
EndpointPort: name, port int, protocol, appProtocol
EndpointSubset: addresses EndpointAddress[], notReadyAddresses EndpointAddress[], ports EndpointPort[]
Endpoints: metadata meta.v1.ObjectMeta, subsets EndpointSubset[]
EnvFromSource: prefix, configMapRef ConfigMapEnvSource, secretRef SecretEnvSource
EnvVar: name, value, valueFrom EnvVarSource
EnvVarSource: fieldRef ObjectFieldSelector, resourceFieldRef ResourceFieldSelector,
  configMapKeyRef ConfigMapKeySelector, secretKeyRef SecretKeySelector, fileKeyRef FileKeySelector
EphemeralContainer: * EphemeralContainerCommon, targetContainerName
EphemeralContainerCommon: name, image, command string[], args string[], workingDir, ports ContainerPort[],
  env EnvVar[], resources ResourceRequirements, volumeMounts VolumeMount[], livenessProbe Probe,
  readinessProbe Probe, lifecycle Lifecycle, terminationMessagePath, imagePullPolicy,
  securityContext SecurityContext, stdin bool~, stdinOnce bool~, tty bool~, envFrom EnvFromSource[],
  terminationMessagePolicy, volumeDevices VolumeDevice[], startupProbe Probe, resizePolicy ContainerResizePolicy[],
  restartPolicy, restartPolicyRules ContainerRestartRule[]
EphemeralVolumeSource: volumeClaimTemplate PersistentVolumeClaimTemplate
Event: metadata meta.v1.ObjectMeta, involvedObject ObjectReference, reason, message, source EventSource,
  firstTimestamp Time, lastTimestamp Time, count int~, type, eventTime MicroTime, series EventSeries, action,
  related ObjectReference, reportingComponent, reportingInstance
EventSeries: count int~, lastObservedTime MicroTime
EventSource: component, host
ExecAction: command string[]
FCVolumeSource: targetWWNs string[], lun int, fsType, readOnly bool~, wwids string[]
FileKeySelector: volumeName, path, key, optional bool
FlexPersistentVolumeSource: driver, fsType, secretRef SecretReference, readOnly bool~, options {string}
FlexVolumeSource: driver, fsType, secretRef LocalObjectReference, readOnly bool~, options {string}
FlockerVolumeSource: datasetName, datasetUUID
GCEPersistentDiskVolumeSource: pdName, fsType, partition int~, readOnly bool~
GRPCAction: port int, service
GitRepoVolumeSource: repository, revision, directory
GlusterfsPersistentVolumeSource: endpoints, path, readOnly bool~, endpointsNamespace
GlusterfsVolumeSource: endpoints, path, readOnly bool~
HTTPGetAction: path, port IntOrString, host, scheme, httpHeaders HTTPHeader[]
HTTPHeader: name, value
HostAlias: ip, hostnames string[]
HostIP: ip
HostPathVolumeSource: path, type
ISCSIPersistentVolumeSource: targetPortal, iqn, lun int, iscsiInterface, fsType, readOnly bool~, portals string[],
  chapAuthDiscovery bool~, 10=secretRef SecretReference, chapAuthSession bool~, initiatorName
ISCSIVolumeSource: targetPortal, iqn, lun int, iscsiInterface, fsType, readOnly bool~, portals string[],
  chapAuthDiscovery bool~, 10=secretRef LocalObjectReference, chapAuthSession bool~, initiatorName
ImageVolumeSource: reference, pullPolicy
KeyToPath: key, path, mode int
Lifecycle: postStart LifecycleHandler, preStop LifecycleHandler, stopSignal
LifecycleHandler: exec ExecAction, httpGet HTTPGetAction, tcpSocket TCPSocketAction, sleep SleepAction
LimitRange: metadata meta.v1.ObjectMeta, spec LimitRangeSpec
LimitRangeItem: type, max {Quantity}, min {Quantity}, default {Quantity}, defaultRequest {Quantity},
  maxLimitRequestRatio {Quantity}
LimitRangeSpec: limits LimitRangeItem[]
LinuxContainerUser: uid int, gid int, supplementalGroups int[]
LoadBalancerIngress: ip, hostname, ipMode, ports PortStatus[]
LoadBalancerStatus: ingress LoadBalancerIngress[]
LocalObjectReference: name
LocalVolumeSource: path, fsType
ModifyVolumeStatus: targetVolumeAttributesClassName, status
NFSVolumeSource: server, path, readOnly bool~
Namespace: metadata meta.v1.ObjectMeta, spec NamespaceSpec, status NamespaceStatus
NamespaceCondition: type, status, 4=lastTransitionTime Time, reason, message
NamespaceSpec: finalizers string[]
NamespaceStatus: phase, conditions NamespaceCondition[]
Node: metadata meta.v1.ObjectMeta, spec NodeSpec, status NodeStatus
NodeAddress: type, address
NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution NodeSelector,
  preferredDuringSchedulingIgnoredDuringExecution PreferredSchedulingTerm[]
NodeCondition: type, status, lastHeartbeatTime Time, lastTransitionTime Time, reason, message
NodeConfigSource: 2=configMap ConfigMapNodeConfigSource
NodeConfigStatus: assigned NodeConfigSource, active NodeConfigSource, lastKnownGood NodeConfigSource, error
NodeDaemonEndpoints: kubeletEndpoint DaemonEndpoint
NodeFeatures: supplementalGroupsPolicy bool
NodeRuntimeHandler: name, features NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts bool, userNamespaces bool
NodeSelector: nodeSelectorTerms NodeSelectorTerm[]
NodeSelectorRequirement: key, operator, values string[]
NodeSelectorTerm: matchExpressions NodeSelectorRequirement[], matchFields NodeSelectorRequirement[]
NodeSpec: podCIDR, externalID, providerID, unschedulable bool~, taints Taint[], configSource NodeConfigSource,
  podCIDRs string[]
NodeStatus: capacity {Quantity}, allocatable {Quantity}, phase, conditions NodeCondition[], addresses NodeAddress[],
  daemonEndpoints NodeDaemonEndpoints, nodeInfo NodeSystemInfo, images ContainerImage[], volumesInUse string[],
  volumesAttached AttachedVolume[], config NodeConfigStatus, runtimeHandlers NodeRuntimeHandler[],
  features NodeFeatures, declaredFeatures string[]
NodeSwapStatus: capacity int
NodeSystemInfo: machineID, systemUUID, bootID, kernelVersion, osImage, containerRuntimeVersion, kubeletVersion,
  kubeProxyVersion, operatingSystem, architecture, swap NodeSwapStatus
ObjectFieldSelector: apiVersion, fieldPath
ObjectReference: kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath
PersistentVolume: metadata meta.v1.ObjectMeta, spec PersistentVolumeSpec, status PersistentVolumeStatus
PersistentVolumeClaim: metadata meta.v1.ObjectMeta, spec PersistentVolumeClaimSpec,
  status PersistentVolumeClaimStatus
PersistentVolumeClaimCondition: type, status, lastProbeTime Time, lastTransitionTime Time, reason, message
PersistentVolumeClaimSpec: accessModes string[], resources VolumeResourceRequirements, volumeName,
  selector meta.v1.LabelSelector, storageClassName=, volumeMode, dataSource TypedLocalObjectReference,
  dataSourceRef TypedObjectReference, volumeAttributesClassName=
PersistentVolumeClaimStatus: phase, accessModes string[], capacity {Quantity},
  conditions PersistentVolumeClaimCondition[], allocatedResources {Quantity}, 7=allocatedResourceStatuses {string},
  currentVolumeAttributesClassName, modifyVolumeStatus ModifyVolumeStatus
PersistentVolumeClaimTemplate: metadata meta.v1.ObjectMeta, spec PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource: claimName, readOnly bool~
PersistentVolumeSource: gcePersistentDisk GCEPersistentDiskVolumeSource,
  awsElasticBlockStore AWSElasticBlockStoreVolumeSource, hostPath HostPathVolumeSource,
  glusterfs GlusterfsPersistentVolumeSource, nfs NFSVolumeSource, rbd RBDPersistentVolumeSource,
  iscsi ISCSIPersistentVolumeSource, cinder CinderPersistentVolumeSource, cephfs CephFSPersistentVolumeSource,
  fc FCVolumeSource, flocker FlockerVolumeSource, flexVolume FlexPersistentVolumeSource,
  azureFile AzureFilePersistentVolumeSource, vsphereVolume VsphereVirtualDiskVolumeSource,
  quobyte QuobyteVolumeSource, azureDisk AzureDiskVolumeSource,
  photonPersistentDisk PhotonPersistentDiskVolumeSource, portworxVolume PortworxVolumeSource,
  scaleIO ScaleIOPersistentVolumeSource, local LocalVolumeSource, storageos StorageOSPersistentVolumeSource,
  csi CSIPersistentVolumeSource
PersistentVolumeSpec: capacity {Quantity}, * PersistentVolumeSource, accessModes string[], claimRef ObjectReference,
  persistentVolumeReclaimPolicy, storageClassName, mountOptions string[], volumeMode,
  nodeAffinity VolumeNodeAffinity, volumeAttributesClassName
PersistentVolumeStatus: phase, message, reason, lastPhaseTransitionTime Time
PhotonPersistentDiskVolumeSource: pdID, fsType
Pod: metadata meta.v1.ObjectMeta, spec PodSpec, status PodStatus
PodAffinity: requiredDuringSchedulingIgnoredDuringExecution PodAffinityTerm[],
  preferredDuringSchedulingIgnoredDuringExecution WeightedPodAffinityTerm[]
PodAffinityTerm: labelSelector meta.v1.LabelSelector, namespaces string[], topologyKey,
  namespaceSelector meta.v1.LabelSelector, matchLabelKeys string[], mismatchLabelKeys string[]
PodAntiAffinity: requiredDuringSchedulingIgnoredDuringExecution PodAffinityTerm[],
  preferredDuringSchedulingIgnoredDuringExecution WeightedPodAffinityTerm[]
PodCertificateProjection: signerName, keyType, maxExpirationSeconds int, credentialBundlePath, keyPath,
  certificateChainPath, userAnnotations {string}
PodCondition: type, status, lastProbeTime Time, lastTransitionTime Time, reason, message, observedGeneration int~
PodDNSConfig: nameservers string[], searches string[], options PodDNSConfigOption[]
PodDNSConfigOption: name, value
PodExtendedResourceClaimStatus: requestMappings ContainerExtendedResourceRequest[], resourceClaimName
PodIP: ip
PodOS: name
PodReadinessGate: conditionType
PodResourceClaim: name, 3=resourceClaimName, resourceClaimTemplateName
PodResourceClaimStatus: name, resourceClaimName
PodSchedulingGate: name
PodSecurityContext: seLinuxOptions SELinuxOptions, runAsUser int, runAsNonRoot bool, supplementalGroups int[],
  fsGroup int, runAsGroup int, sysctls Sysctl[], windowsOptions WindowsSecurityContextOptions, fsGroupChangePolicy,
  seccompProfile SeccompProfile, appArmorProfile AppArmorProfile, supplementalGroupsPolicy, seLinuxChangePolicy
PodSpec: volumes Volume[], containers Container[], restartPolicy, terminationGracePeriodSeconds int,
  activeDeadlineSeconds int, dnsPolicy, nodeSelector {string}, serviceAccountName, serviceAccount, nodeName,
  hostNetwork bool~, hostPID bool~, hostIPC bool~, securityContext PodSecurityContext,
  imagePullSecrets LocalObjectReference[], hostname, subdomain, affinity Affinity, schedulerName,
  initContainers Container[], automountServiceAccountToken bool, tolerations Toleration[], hostAliases HostAlias[],
  priorityClassName, priority int, dnsConfig PodDNSConfig, shareProcessNamespace bool,
  readinessGates PodReadinessGate[], runtimeClassName, enableServiceLinks bool, preemptionPolicy,
  overhead {Quantity}, topologySpreadConstraints TopologySpreadConstraint[],
  ephemeralContainers EphemeralContainer[], setHostnameAsFQDN bool, os PodOS, hostUsers bool,
  schedulingGates PodSchedulingGate[], resourceClaims PodResourceClaim[], resources ResourceRequirements,
  hostnameOverride
PodStatus: phase, conditions PodCondition[], message, reason, hostIP, podIP, startTime Time,
  containerStatuses ContainerStatus[], qosClass, initContainerStatuses ContainerStatus[], nominatedNodeName,
  podIPs PodIP[], ephemeralContainerStatuses ContainerStatus[], resize,
  resourceClaimStatuses PodResourceClaimStatus[], hostIPs HostIP[], observedGeneration int~,
  extendedResourceClaimStatus PodExtendedResourceClaimStatus, allocatedResources {Quantity},
  resources ResourceRequirements
PodTemplateSpec: metadata meta.v1.ObjectMeta, spec PodSpec
PortStatus: port int, protocol, error
PortworxVolumeSource: volumeID, fsType, readOnly bool~
PreferredSchedulingTerm: weight int, preference NodeSelectorTerm
Probe: * ProbeHandler, initialDelaySeconds int~, timeoutSeconds int~, periodSeconds int~, successThreshold int~,
  failureThreshold int~, terminationGracePeriodSeconds int
ProbeHandler: exec ExecAction, httpGet HTTPGetAction, tcpSocket TCPSocketAction, grpc GRPCAction
ProjectedVolumeSource: sources VolumeProjection[], defaultMode int
QuobyteVolumeSource: registry, volume, readOnly bool~, user, group, tenant
RBDPersistentVolumeSource: monitors string[], image, fsType, pool, user, keyring, secretRef SecretReference,
  readOnly bool~
RBDVolumeSource: monitors string[], image, fsType, pool, user, keyring, secretRef LocalObjectReference,
  readOnly bool~
ReplicationController: metadata meta.v1.ObjectMeta, spec ReplicationControllerSpec,
  status ReplicationControllerStatus
ReplicationControllerCondition: type, status, lastTransitionTime Time, reason, message
ReplicationControllerSpec: replicas int, selector {string}, template PodTemplateSpec, minReadySeconds int~
ReplicationControllerStatus: replicas int, fullyLabeledReplicas int~, observedGeneration int~, readyReplicas int~,
  availableReplicas int~, conditions ReplicationControllerCondition[]
ResourceClaim: name, request
ResourceFieldSelector: containerName, resource, divisor Quantity
ResourceHealth: resourceID, health
ResourceQuota: metadata meta.v1.ObjectMeta, spec ResourceQuotaSpec, status ResourceQuotaStatus
ResourceQuotaSpec: hard {Quantity}, scopes string[], scopeSelector ScopeSelector
ResourceQuotaStatus: hard {Quantity}, used {Quantity}
ResourceRequirements: limits {Quantity}, requests {Quantity}, claims ResourceClaim[]
ResourceStatus: name, resources ResourceHealth[]
SELinuxOptions: user, role, type, level
ScaleIOPersistentVolumeSource: gateway, system, secretRef SecretReference, sslEnabled bool~, protectionDomain,
  storagePool, storageMode, volumeName, fsType, readOnly bool~
ScaleIOVolumeSource: gateway, system, secretRef LocalObjectReference, sslEnabled bool~, protectionDomain,
  storagePool, storageMode, volumeName, fsType, readOnly bool~
ScopeSelector: matchExpressions ScopedResourceSelectorRequirement[]
ScopedResourceSelectorRequirement: scopeName, operator, values string[]
SeccompProfile: type, localhostProfile
Secret: metadata meta.v1.ObjectMeta, data {bytes}, type, stringData {string}, immutable bool
SecretEnvSource: * LocalObjectReference, optional bool
SecretKeySelector: * LocalObjectReference, key, optional bool
SecretProjection: * LocalObjectReference, items KeyToPath[], 4=optional bool
SecretReference: name, namespace
SecretVolumeSource: secretName, items KeyToPath[], defaultMode int, optional bool
SecurityContext: capabilities Capabilities, privileged bool, seLinuxOptions SELinuxOptions, runAsUser int,
  runAsNonRoot bool, readOnlyRootFilesystem bool, allowPrivilegeEscalation bool, runAsGroup int, procMount,
  windowsOptions WindowsSecurityContextOptions, seccompProfile SeccompProfile, appArmorProfile AppArmorProfile
Service: metadata meta.v1.ObjectMeta, spec ServiceSpec, status ServiceStatus
ServiceAccount: metadata meta.v1.ObjectMeta, secrets ObjectReference[], imagePullSecrets LocalObjectReference[],
  automountServiceAccountToken bool
ServiceAccountTokenProjection: audience, expirationSeconds int, path
ServicePort: name, protocol, port int, targetPort IntOrString~, nodePort int~, appProtocol
ServiceSpec: ports ServicePort[], selector {string}, clusterIP, type, externalIPs string[], 7=sessionAffinity,
  loadBalancerIP, loadBalancerSourceRanges string[], externalName, externalTrafficPolicy, healthCheckNodePort int~,
  publishNotReadyAddresses bool~, sessionAffinityConfig SessionAffinityConfig, 17=ipFamilyPolicy,
  clusterIPs string[], ipFamilies string[], allocateLoadBalancerNodePorts bool, loadBalancerClass,
  internalTrafficPolicy, trafficDistribution
ServiceStatus: loadBalancer LoadBalancerStatus, conditions meta.v1.Condition[]
SessionAffinityConfig: clientIP ClientIPConfig
SleepAction: seconds int
StorageOSPersistentVolumeSource: volumeName, volumeNamespace, fsType, readOnly bool~, secretRef ObjectReference
StorageOSVolumeSource: volumeName, volumeNamespace, fsType, readOnly bool~, secretRef LocalObjectReference
Sysctl: name, value
TCPSocketAction: port IntOrString, host
Taint: key, value, effect, timeAdded Time
Toleration: key, operator, value, effect, tolerationSeconds int
TopologySelectorLabelRequirement: key, values string[]
TopologySelectorTerm: matchLabelExpressions TopologySelectorLabelRequirement[]
TopologySpreadConstraint: maxSkew int, topologyKey, whenUnsatisfiable, labelSelector meta.v1.LabelSelector,
  minDomains int, nodeAffinityPolicy, nodeTaintsPolicy, matchLabelKeys string[]
TypedLocalObjectReference: apiGroup, kind, name
TypedObjectReference: apiGroup, kind, name, namespace
Volume: name, * VolumeSource
VolumeDevice: name, devicePath
VolumeMount: name, readOnly bool~, mountPath, subPath, mountPropagation, subPathExpr, recursiveReadOnly
VolumeMountStatus: name, mountPath, readOnly bool~, recursiveReadOnly
VolumeNodeAffinity: required NodeSelector
VolumeProjection: secret SecretProjection, downwardAPI DownwardAPIProjection, configMap ConfigMapProjection,
  serviceAccountToken ServiceAccountTokenProjection, clusterTrustBundle ClusterTrustBundleProjection,
  podCertificate PodCertificateProjection
VolumeResourceRequirements: limits {Quantity}, requests {Quantity}
VolumeSource: hostPath HostPathVolumeSource, emptyDir EmptyDirVolumeSource,
  gcePersistentDisk GCEPersistentDiskVolumeSource, awsElasticBlockStore AWSElasticBlockStoreVolumeSource,
  gitRepo GitRepoVolumeSource, secret SecretVolumeSource, nfs NFSVolumeSource, iscsi ISCSIVolumeSource,
  glusterfs GlusterfsVolumeSource, persistentVolumeClaim PersistentVolumeClaimVolumeSource, rbd RBDVolumeSource,
  flexVolume FlexVolumeSource, cinder CinderVolumeSource, cephfs CephFSVolumeSource, flocker FlockerVolumeSource,
  downwardAPI DownwardAPIVolumeSource, fc FCVolumeSource, azureFile AzureFileVolumeSource,
  configMap ConfigMapVolumeSource, vsphereVolume VsphereVirtualDiskVolumeSource, quobyte QuobyteVolumeSource,
  azureDisk AzureDiskVolumeSource, photonPersistentDisk PhotonPersistentDiskVolumeSource,
  portworxVolume PortworxVolumeSource, scaleIO ScaleIOVolumeSource, projected ProjectedVolumeSource,
  storageos StorageOSVolumeSource, csi CSIVolumeSource, ephemeral EphemeralVolumeSource, image ImageVolumeSource
VsphereVirtualDiskVolumeSource: volumePath, fsType, storagePolicyName, storagePolicyID
WeightedPodAffinityTerm: weight int, podAffinityTerm PodAffinityTerm
WindowsSecurityContextOptions: gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName, hostProcess bool
`;
