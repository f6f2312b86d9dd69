// @ts-check
/**
 * Which kinds get a schema, and the types that no package has: what is written in Go with a marshaler of its own, the
 * metrics API (`k8s.io/metrics/pkg/apis/metrics/v1beta1`), and what v1.35 has beyond the models' v1.34.
 */

/** Kinds by the folder of their group version. A list has its schema with its kind. */
export const KINDS = {
  "core/v1":
    "Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume " +
    "PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
  "apps/v1": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
  "autoscaling/v1": "HorizontalPodAutoscaler Scale",
  "autoscaling/v2": "HorizontalPodAutoscaler",
  "batch/v1": "CronJob Job",
  "policy/v1": "Eviction PodDisruptionBudget",
  "rbac/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "networking/v1": "IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR",
  "flowcontrol/v1": "FlowSchema PriorityLevelConfiguration",
  "scheduling/v1": "PriorityClass",
  "coordination/v1": "Lease",
  "discovery/v1": "EndpointSlice",
  "events/v1": "Event",
  "storage/v1": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass",
  "node/v1": "RuntimeClass",
  "certificates/v1": "CertificateSigningRequest",
  "apiextensions/v1": "CustomResourceDefinition",
  "authentication/v1": "SelfSubjectReview TokenRequest TokenReview",
  "authorization/v1":
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  "meta/v1": "APIResourceList DeleteOptions Status WatchEvent",
};

/** Where schemas of a folder are named, and the API group of its kinds. */
export const PACKAGES = {
  "core/v1": { name: "io.k8s.api.core.v1", group: "" },
  "apps/v1": { name: "io.k8s.api.apps.v1", group: "apps" },
  "autoscaling/v1": { name: "io.k8s.api.autoscaling.v1", group: "autoscaling" },
  "autoscaling/v2": { name: "io.k8s.api.autoscaling.v2", group: "autoscaling" },
  "batch/v1": { name: "io.k8s.api.batch.v1", group: "batch" },
  "policy/v1": { name: "io.k8s.api.policy.v1", group: "policy" },
  "rbac/v1": { name: "io.k8s.api.rbac.v1", group: "rbac.authorization.k8s.io" },
  "networking/v1": { name: "io.k8s.api.networking.v1", group: "networking.k8s.io" },
  "flowcontrol/v1": { name: "io.k8s.api.flowcontrol.v1", group: "flowcontrol.apiserver.k8s.io" },
  "scheduling/v1": { name: "io.k8s.api.scheduling.v1", group: "scheduling.k8s.io" },
  "coordination/v1": { name: "io.k8s.api.coordination.v1", group: "coordination.k8s.io" },
  "discovery/v1": { name: "io.k8s.api.discovery.v1", group: "discovery.k8s.io" },
  "events/v1": { name: "io.k8s.api.events.v1", group: "events.k8s.io" },
  "storage/v1": { name: "io.k8s.api.storage.v1", group: "storage.k8s.io" },
  "node/v1": { name: "io.k8s.api.node.v1", group: "node.k8s.io" },
  "certificates/v1": { name: "io.k8s.api.certificates.v1", group: "certificates.k8s.io" },
  "apiextensions/v1": {
    name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
    group: "apiextensions.k8s.io",
  },
  "authentication/v1": { name: "io.k8s.api.authentication.v1", group: "authentication.k8s.io" },
  "authorization/v1": { name: "io.k8s.api.authorization.v1", group: "authorization.k8s.io" },
  "metrics/v1beta1": { name: "io.k8s.metrics.pkg.apis.metrics.v1beta1", group: "metrics.k8s.io" },
  "meta/v1": { name: "io.k8s.apimachinery.pkg.apis.meta.v1", group: "" },
};

/**
 * Types with a notation of their own: the letter that stands for them, their schema and what is said of them.
 * @type {Readonly<Record<string, readonly [letter: string, schema: string, description: string]>>}
 */
export const SPECIAL = {
  Time: [
    "T",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
    "A moment in time, in RFC 3339 notation to the second.",
  ],
  MicroTime: [
    "M",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
    "A moment in time, in RFC 3339 notation to the microsecond.",
  ],
  FieldsV1: [
    "F",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
    "A set of fields as a trie: f:<name> is a field, k:<keys> an item of a list by its keys, v:<value> an item by " +
      "its value, i:<index> an item by its place; a dot stands for the member itself.",
  ],
  Patch: ["P", "io.k8s.apimachinery.pkg.apis.meta.v1.Patch", "The body of a PATCH request."],
  RawExtension: [
    "R",
    "io.k8s.apimachinery.pkg.runtime.RawExtension",
    "An object of any kind, kept as it was given.",
  ],
  Quantity: [
    "Q",
    "io.k8s.apimachinery.pkg.api.resource.Quantity",
    "A number with a suffix that multiplies it: binary (Ki Mi Gi Ti Pi Ei) or decimal (n u m k M G T P E, or an " +
      "exponent such as e3). The server writes it in canonical form: the largest suffix that leaves no fraction.",
  ],
  IntOrString: [
    "I",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    "An integer, or text such as a name or a percentage.",
  ],
  JSON: [
    "J",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
    "Any JSON value: text, number, boolean, null, list or object.",
  ],
  JSONSchemaPropsOrArray: [
    "A",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
    "A schema, or a list of schemas.",
  ],
  JSONSchemaPropsOrBool: [
    "O",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
    "A schema, or true or false.",
  ],
  JSONSchemaPropsOrStringArray: [
    "Y",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
    "A schema, or a list of names of properties.",
  ],
};

/** Types that are in another folder than the one that mentions them, and that `kubernetes-types` is too old to know. */
export const MOVED = { FieldSelectorRequirement: "meta/v1" };

/** What is said of types and fields that the packages do not have. */
export const ADDED_DESCRIPTIONS = {
  "core/v1.ContainerRestartRule.exitCodes": "The exit codes of the container that the rule is about.",
  "core/v1.ContainerStatus.user": "Who the first process of the container runs as.",
  "core/v1.ContainerUser.linux": "User and groups of a process on Linux.",
  "core/v1.EnvVarSource.fileKeyRef": "Takes a key of a file of variables in a volume of the pod.",
  "core/v1.NodeStatus.features": "What the container runtime can do.",
  "core/v1.NodeSystemInfo.swap": "The node's swap space.",
  "core/v1.PodSpec.resources": "Requests and limits of the pod as a whole, for all its containers.",
  "core/v1.PodStatus.extendedResourceClaimStatus":
    "The claim that was made for the pod's extended resources.",
  "core/v1.Volume.image": "An image, pulled as those of containers are, and mounted read-only.",
  "core/v1.VolumeProjection.podCertificate":
    "A key of the pod's own with a certificate that a signer renews.",
  "networking/v1.IPAddress.metadata": "Standard object's metadata.",
  "networking/v1.IPAddress.spec": "What the address is used for.",
  "networking/v1.IPAddressList.metadata": "Standard list metadata.",
  "networking/v1.IPAddressSpec.parentRef": "The object that has the address.",
  "networking/v1.ServiceCIDR.metadata": "Standard object's metadata.",
  "networking/v1.ServiceCIDR.spec": "The ranges from which addresses of Services are taken.",
  "networking/v1.ServiceCIDR.status": "What became of the ranges.",
  "networking/v1.ServiceCIDRList.metadata": "Standard list metadata.",
  "storage/v1.VolumeAttributesClass.metadata": "Standard object's metadata.",
  "storage/v1.VolumeAttributesClassList.metadata": "Standard list metadata.",
  "apiextensions/v1.CustomResourceSubresourceStatus":
    "Says that the status is written through a door of its own.",
  "apiextensions/v1.CustomResourceSubresources.scale":
    "Where the numbers of the scale subresource are found.",
  "authorization/v1.ResourceAttributes.fieldSelector": "Limits what is asked for by field selector.",
  "authorization/v1.ResourceAttributes.labelSelector": "Limits what is asked for by label selector.",
  "core/v1.PersistentVolumeClaimStatus.modifyVolumeStatus":
    "How far a change of the volume's attributes has come.",
  "storage/v1.VolumeAttributesClass": "Parameters of a driver that a volume can be changed to.",
  "core/v1.NodeStatus.declaredFeatures": "Features of the kubelet that bear on scheduling, sorted.",
  "core/v1.PodCertificateProjection.userAnnotations": "Annotations that go to the signer with the request.",
  "core/v1.PodSpec.workloadRef":
    "The Workload and the group in it that the pod belongs to. Cannot be changed.",
  "core/v1.PodStatus.allocatedResources": "Resources that the node has set aside for the pod as a whole.",
  "core/v1.PodStatus.resources": "Requests and limits that the pod as a whole runs with.",
  "core/v1.WorkloadReference": "Says which Workload, and which group of pods in it, a pod belongs to.",
  "core/v1.WorkloadReference.name": "Name of the Workload, in the namespace of the pod.",
  "core/v1.WorkloadReference.podGroup": "Name of the group of pods in the Workload.",
  "core/v1.WorkloadReference.podGroupReplicaKey": "Which replica of the group the pod is of.",
  "storage/v1.CSIDriverSpec.serviceAccountTokenInSecrets":
    "Whether tokens of service accounts are handed over as secrets rather than in the volume's context.",
  "apiextensions/v1.CustomResourceDefinitionCondition.observedGeneration":
    "Generation of the definition that the condition was made from.",
  "apiextensions/v1.CustomResourceDefinitionStatus.observedGeneration":
    "Generation of the definition that the status was made from.",
  "metrics/v1beta1.ContainerMetrics": "What one container uses.",
  "metrics/v1beta1.ContainerMetrics.name": "Name of the container, as in the pod's spec.",
  "metrics/v1beta1.ContainerMetrics.usage": "Memory is the working set.",
  "metrics/v1beta1.NodeMetrics": "What a node uses.",
  "metrics/v1beta1.NodeMetrics.timestamp": "End of the span of time in which the figures were gathered.",
  "metrics/v1beta1.NodeMetrics.window": "Length of the span of time in which the figures were gathered.",
  "metrics/v1beta1.NodeMetrics.usage": "Memory is the working set.",
  "metrics/v1beta1.NodeMetricsList": "A list of NodeMetrics.",
  "metrics/v1beta1.PodMetrics": "What the containers of a pod use.",
  "metrics/v1beta1.PodMetrics.timestamp": "End of the span of time in which the figures were gathered.",
  "metrics/v1beta1.PodMetrics.window": "Length of the span of time in which the figures were gathered.",
  "metrics/v1beta1.PodMetrics.containers": "The containers, measured in the same span of time.",
  "metrics/v1beta1.PodMetricsList": "A list of PodMetrics.",
};
