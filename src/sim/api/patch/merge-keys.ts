/**
 * How lists and objects of the served kinds merge in a strategic merge patch: the facts that upstream keeps in the
 * `patchStrategy` and `patchMergeKey` tags of its types (`staging/src/k8s.io/api`). What is not listed is replaced
 * (lists) or merged key by key (objects).
 */

/** How one field merges, and what is known of the fields below it (below its items, for a list). */
export interface MergeSchema {
  /** Lists: `merge` by key or, without a key, as a set of plain values. */
  readonly merge?: boolean;
  readonly mergeKey?: string;
  readonly fields?: Readonly<Record<string, MergeSchema>>;
}

function byKey(mergeKey: string, fields?: Readonly<Record<string, MergeSchema>>): MergeSchema {
  return fields === undefined ? { merge: true, mergeKey } : { merge: true, mergeKey, fields };
}

const valueSet: MergeSchema = { merge: true };

function object(fields: Readonly<Record<string, MergeSchema>>): MergeSchema {
  return { fields };
}

const metadata = object({ ownerReferences: byKey("uid"), finalizers: valueSet });
const conditions = byKey("type");

const containers = byKey("name", {
  ports: byKey("containerPort"),
  env: byKey("name"),
  volumeMounts: byKey("mountPath"),
  volumeDevices: byKey("devicePath"),
});

const podSpec = object({
  containers,
  initContainers: containers,
  ephemeralContainers: containers,
  volumes: byKey("name"),
  imagePullSecrets: byKey("name"),
  hostAliases: byKey("ip"),
  topologySpreadConstraints: byKey("topologyKey"),
  resourceClaims: byKey("name"),
  schedulingGates: byKey("name"),
});

const template = object({ metadata, spec: podSpec });
const workload = object({ metadata, spec: object({ template }), status: object({ conditions }) });
const conditioned = object({ metadata, status: object({ conditions }) });
const plain = object({ metadata });

const SCHEMAS: Readonly<Record<string, MergeSchema>> = {
  Pod: object({
    metadata,
    spec: podSpec,
    status: object({ conditions, podIPs: byKey("ip"), hostIPs: byKey("ip") }),
  }),
  Node: object({
    metadata,
    spec: object({ podCIDRs: valueSet }),
    status: object({ conditions, addresses: byKey("type") }),
  }),
  Service: object({
    metadata,
    spec: object({ ports: byKey("port") }),
    status: object({ conditions }),
  }),
  ServiceAccount: object({ metadata, secrets: byKey("name") }),
  Namespace: conditioned,
  PodDisruptionBudget: conditioned,
  Deployment: workload,
  ReplicaSet: workload,
  ReplicationController: workload,
};

/** How objects of a kind merge; kinds without lists of their own merge like any object with metadata. */
export function mergeSchemaOf(kind: string): MergeSchema {
  return SCHEMAS[kind] ?? plain;
}
