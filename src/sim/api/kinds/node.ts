import { ageColumn, column, nameColumn } from "../columns";
import { canonicalQuantities } from "../defaults/pod-spec";
import { forbiddenField, invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { findCondition } from "../meta";
import { NONE, orNone } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { Node } from "../types";
import { validateQuantity } from "../validation/resources";
import { validateTaints } from "../validation/scheduling";

const ROLE_PREFIX = "node-role.kubernetes.io/";
const UNKNOWN = "<unknown>";

/** `Ready`, `NotReady` (not true, or not known) or `Unknown` (never reported), and whether it is cordoned. */
export function nodeStatusText(node: Node): string {
  const ready = findCondition(node.status.conditions, "Ready");
  const text = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return node.spec.unschedulable === true ? `${text},SchedulingDisabled` : text;
}

/** Roles by label, sorted: `control-plane`; `<none>` for a plain worker. */
export function nodeRoles(node: Node): string {
  const roles = new Set<string>();
  const labels = node.metadata.labels ?? {};
  for (const key of Object.keys(labels)) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length)
      roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === "kubernetes.io/role" && labels[key]) roles.add(labels[key]);
  }
  return orNone([...roles].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(","));
}

function address(node: Node, type: string): string {
  return node.status.addresses?.find((a) => a.type === type)?.address ?? NONE;
}

/** What a node can give is what it has, unless it says otherwise (`SetDefaults_NodeStatus`). */
function defaultStatus(status: Node["status"]): Node["status"] {
  const capacity = status.capacity && canonicalQuantities(status.capacity);
  const given = status.allocatable ?? status.capacity;
  const allocatable = given && canonicalQuantities(given);
  if (capacity === status.capacity && allocatable === status.allocatable) return status;
  const made = { ...status };
  if (capacity !== undefined) made.capacity = capacity;
  if (allocatable !== undefined) made.allocatable = allocatable;
  return made;
}

function validate(node: Node): FieldError[] {
  const errors: FieldError[] = [];
  if (node.spec.taints !== undefined) validateTaints(node.spec.taints, "spec.taints", errors);
  for (const key of ["capacity", "allocatable"] as const) {
    for (const [name, quantity] of Object.entries(node.status.capacity ? (node.status[key] ?? {}) : {})) {
      validateQuantity(quantity, `status.${key}.${name}`, errors);
    }
  }
  const seen = new Set<string>();
  for (const [i, cidr] of (node.spec.podCIDRs ?? []).entries()) {
    if (seen.has(cidr)) errors.push(invalid(`spec.podCIDRs[${i}]`, cidr, "must be unique"));
    seen.add(cidr);
  }
  return errors;
}

/** Where a node is and which addresses its pods have is settled once (`ValidateNodeUpdate`). */
function validateUpdate(next: Node, prev: Node): FieldError[] {
  if (next.spec === prev.spec && next.status === prev.status) return [];
  const errors = validate(next);
  const before = prev.spec.podCIDRs ?? [];
  const after = next.spec.podCIDRs ?? [];
  if (before.length > 0 && (before.length !== after.length || before.some((cidr, i) => cidr !== after[i]))) {
    errors.push(
      forbiddenField("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'),
    );
  }
  if (prev.spec.providerID && next.spec.providerID !== prev.spec.providerID) {
    const text = 'node updates may not change providerID except from "" to valid';
    errors.push(forbiddenField("spec.providerID", text));
  }
  return errors;
}

/** Go leaves out a list that is empty. */
function withoutTaints({ taints: _none, ...rest }: Node["spec"]): Node["spec"] {
  return rest;
}

export const nodes = defineResource<Node>({
  group: "",
  version: "v1",
  kind: "Node",
  resource: "nodes",
  shortNames: ["no"],
  namespaced: false,
  storagePrefix: "/registry/minions",
  generation: false,
  emptyStatus: {},
  // A kubelet registers its node together with the status.
  keepStatusOnCreate: true,
  subresources: { status: STATUS },
  triggerField: "metadata.name",
  fields: { "spec.unschedulable": (node) => String(node.spec.unschedulable ?? false) },
  columns: [
    nameColumn(),
    column("Status", nodeStatusText, { description: "What the cluster believes of the node." }),
    column("Roles", nodeRoles, { description: "The roles that its labels give it." }),
    ageColumn(),
    column("Version", (node) => node.status.nodeInfo?.kubeletVersion ?? "", {
      description: "Version of its kubelet.",
    }),
    column("Internal-IP", (node) => address(node, "InternalIP"), { wide: true }),
    column("External-IP", (node) => address(node, "ExternalIP"), { wide: true }),
    column("OS-Image", (node) => node.status.nodeInfo?.osImage || UNKNOWN, { wide: true }),
    column("Kernel-Version", (node) => node.status.nodeInfo?.kernelVersion || UNKNOWN, { wide: true }),
    column("Container-Runtime", (node) => node.status.nodeInfo?.containerRuntimeVersion || UNKNOWN, {
      wide: true,
    }),
  ],
  defaults(node) {
    const bare = node.spec?.taints?.length === 0 ? { ...node, spec: withoutTaints(node.spec) } : node;
    if (bare.status === undefined) return bare;
    const status = defaultStatus(bare.status);
    return status === bare.status ? bare : { ...bare, status };
  },
  validate,
  validateUpdate,
  validateStatusUpdate: validateUpdate,
});
