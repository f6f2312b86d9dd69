/**
 * Members that are always there in upstream's types: structs without a pointer, and lists without `omitempty`
 * (from `staging/src/k8s.io/api`; in the OpenAPI documents the former have `default: {}`). An object that leaves one
 * out owns it empty, and one that fills it does not add it.
 */
import type { ListShape, MapShape, Shape, StructShape } from "../schema/shape";

const EMPTY: object = Object.freeze({});
const EMPTY_LIST: readonly never[] = Object.freeze([]);
const NONE: readonly string[] = [];

const LISTS = new Set(["containers", "addresses", "drivers"]);

/** By the name of the struct; metadata, spec and status are so in every kind that has them. */
const ALWAYS = new Map<string, readonly string[]>(
  Object.entries({
    Container: ["resources"],
    EphemeralContainer: ["resources"],
    ContainerStatus: ["lastState", "state"],
    PodSpec: ["containers"],
    PodTemplateSpec: ["metadata", "spec"],
    JobTemplateSpec: ["metadata", "spec"],
    PersistentVolumeClaimTemplate: ["metadata", "spec"],
    PersistentVolumeClaimSpec: ["resources"],
    PreferredSchedulingTerm: ["preference"],
    WeightedPodAffinityTerm: ["podAffinityTerm"],
    DeploymentSpec: ["strategy", "template"],
    StatefulSetSpec: ["template", "updateStrategy"],
    DaemonSetSpec: ["template", "updateStrategy"],
    ReplicaSetSpec: ["template"],
    JobSpec: ["template"],
    CronJobSpec: ["jobTemplate"],
    PodTemplate: ["template"],
    NodeStatus: ["daemonEndpoints", "nodeInfo"],
    NodeDaemonEndpoints: ["kubeletEndpoint"],
    ServiceStatus: ["loadBalancer"],
    IngressStatus: ["loadBalancer"],
    HTTPIngressPath: ["backend"],
    IngressServiceBackend: ["port"],
    NetworkPolicySpec: ["podSelector"],
    Endpoint: ["addresses", "conditions"],
    CSINodeSpec: ["drivers"],
    VolumeAttachmentSpec: ["source"],
    HorizontalPodAutoscalerSpec: ["scaleTargetRef"],
    Event: ["involvedObject", "source", "deprecatedSource", "regarding"],
    RoleBinding: ["roleRef"],
    ClusterRoleBinding: ["roleRef"],
  }),
);
const ROOTS = ["metadata", "spec", "status"];

const namesOf = new WeakMap<StructShape, readonly string[]>();

/** Members of a struct that are always there. */
export function alwaysThere(shape: Shape | undefined): readonly string[] {
  if (shape === undefined || typeof shape === "string" || !("struct" in shape)) return NONE;
  const known = namesOf.get(shape);
  if (known !== undefined) return known;
  const { fields, struct } = shape;
  const isKind = fields["apiVersion"] !== undefined && fields["metadata"] !== undefined;
  const wanted = [...(ALWAYS.get(struct) ?? NONE), ...(isKind ? ROOTS : NONE)];
  const names = wanted.filter((name) => fields[name] !== undefined);
  namesOf.set(shape, names);
  return names;
}

/** What a member is that is always there and was left out. */
export function emptyMember(name: string): unknown {
  return LISTS.has(name) ? EMPTY_LIST : EMPTY;
}

const sorted = new WeakMap<ListShape, readonly string[]>();

/** The keys of a list of type map in alphabetical order, as elements have them. */
export function keysOf(shape: ListShape): readonly string[] {
  const known = sorted.get(shape);
  if (known !== undefined) return known;
  const keys = [...(shape.keys ?? NONE)].sort((a, b) => (a < b ? -1 : 1));
  sorted.set(shape, keys);
  return keys;
}

/** How a value is owned: as one, or part by part. */
export type Granularity =
  | { readonly as: "leaf" }
  | { readonly as: "struct"; readonly shape: StructShape }
  | { readonly as: "map"; readonly shape: MapShape | undefined }
  | { readonly as: "list"; readonly shape: ListShape };

const AS_LEAF: Granularity = { as: "leaf" };
const DEDUCED: Granularity = { as: "map", shape: undefined };
const granularities = new WeakMap<object, Granularity>();

/** Values without a shape are deduced: objects are owned part by part, all else as one (`deducedParseable`). */
export function granularityOf(shape: Shape | undefined, a: unknown, b: unknown): Granularity {
  if (shape === undefined) return isRecord(a ?? b) && isRecord(b ?? a) ? DEDUCED : AS_LEAF;
  if (typeof shape === "string") return AS_LEAF;
  const known = granularities.get(shape);
  const found = known ?? ofShape(shape);
  if (known === undefined) granularities.set(shape, found);
  if (found.as === "leaf") return found;
  // A value of another type than its shape has is one leaf; validation refuses it later.
  const fits = found.as === "list" ? Array.isArray : isRecord;
  return (a === undefined || fits(a)) && (b === undefined || fits(b)) ? found : AS_LEAF;
}

function ofShape(shape: ListShape | MapShape | StructShape): Granularity {
  if ("list" in shape) {
    const { listType = "atomic" } = shape;
    return listType === "atomic" ? AS_LEAF : { as: "list", shape };
  }
  if (shape.atomic === true) return AS_LEAF;
  return "map" in shape ? { as: "map", shape } : { as: "struct", shape };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The shape of a member of an object. */
export function memberShape(
  { shape }: Granularity & { as: "struct" | "map" },
  name: string,
): Shape | undefined {
  if (shape === undefined) return undefined;
  return "map" in shape ? shape.map : shape.fields[name];
}
