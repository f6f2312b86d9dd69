/**
 * Validation of containers (`pkg/apis/core/validation/validation.go`).
 */
import { duplicate, forbiddenField, invalid, notFoundField, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { Container, ContainerPort } from "../types";
import { isDns1123Label, isDns1123Subdomain, isEnvVarName, isPortName, isPortNumber } from "./names";
import { validateLifecycle, validateProbe } from "./probe";
import { validateResources } from "./resources";

type EnvVar = NonNullable<Container["env"]>[number];
type EnvSource = NonNullable<EnvVar["valueFrom"]>;

export const PROTOCOLS: readonly string[] = ["SCTP", "TCP", "UDP"];
const PULL_POLICIES: readonly string[] = ["Always", "IfNotPresent", "Never"];
const RESIZABLE: readonly string[] = ["cpu", "memory"];
const RESIZE_POLICIES: readonly string[] = ["NotRequired", "RestartContainer"];
const MESSAGE_POLICIES: readonly string[] = ["FallbackToLogsOnError", "File"];
const POD_FIELDS: readonly string[] = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

/** Names taken so far in the pod, and what the pod offers to its containers. */
export interface ContainerContext {
  readonly names: Set<string>;
  readonly volumes: ReadonlySet<string>;
  readonly hostNetwork: boolean;
  /** The pod's `restartPolicy`. */
  readonly restartPolicy: string | undefined;
}

export type ContainerRole = "main" | "init" | "ephemeral";

/** Validates one container of a pod. */
export function validateContainer(
  container: Container,
  role: ContainerRole,
  context: ContainerContext,
  field: string,
  errors: FieldError[],
): void {
  const { name } = container;
  if (name !== undefined && name !== "") {
    if (context.names.has(name)) errors.push(duplicate(`${field}.name`, name));
    context.names.add(name);
  }
  if (container.volumeMounts !== undefined) validateMounts(container, context, field, errors);
  if (context.hostNetwork && container.ports !== undefined) validateHostPorts(container.ports, field, errors);
  if (role === "init" && container.restartPolicy !== "Always") validatePlainInit(container, field, errors);
  if (container.resizePolicy !== undefined) validateResizePolicy(container, context, field, errors);
  validateAlone(container, field, errors);
}

function validateAlone(container: Container, field: string, errors: FieldError[]): void {
  const { name, image, resources, ports, env, envFrom } = container;
  if (!name) errors.push(required(`${field}.name`));
  else for (const text of isDns1123Label(name, false)) errors.push(invalid(`${field}.name`, name, text));
  if (!image) errors.push(required(`${field}.image`));
  else if (image !== image.trim()) {
    errors.push(invalid(`${field}.image`, image, "must not have leading or trailing whitespace"));
  }
  oneOf(container.imagePullPolicy, PULL_POLICIES, `${field}.imagePullPolicy`, errors);
  oneOf(container.terminationMessagePolicy, MESSAGE_POLICIES, `${field}.terminationMessagePolicy`, errors);
  if (ports !== undefined) validatePorts(ports, `${field}.ports`, errors);
  if (env !== undefined) {
    for (const [i, item] of env.entries()) validateEnv(item, `${field}.env[${i}]`, errors);
  }
  if (envFrom !== undefined) {
    for (const [i, item] of envFrom.entries()) validateEnvFrom(item, `${field}.envFrom[${i}]`, errors);
  }
  if (resources !== undefined) validateResources(resources, `${field}.resources`, errors);
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  if (livenessProbe !== undefined) validateProbe(livenessProbe, `${field}.livenessProbe`, "liveness", errors);
  if (readinessProbe !== undefined)
    validateProbe(readinessProbe, `${field}.readinessProbe`, "readiness", errors);
  if (startupProbe !== undefined) validateProbe(startupProbe, `${field}.startupProbe`, "startup", errors);
  if (lifecycle !== undefined) validateLifecycle(lifecycle, `${field}.lifecycle`, errors);
}

/** Adds an error unless the value is one of those supported; absent is an error too, as defaults were applied. */
export function oneOf(
  value: string | undefined,
  supported: readonly string[],
  field: string,
  errors: FieldError[],
): void {
  if (value === undefined || value === "") errors.push(required(field));
  else if (!supported.includes(value)) errors.push(notSupported(field, value, supported));
}

/** Init containers that run to an end have nothing to probe. */
function validatePlainInit(container: Container, field: string, errors: FieldError[]): void {
  const text = "may not be set for init containers without restartPolicy=Always";
  for (const key of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const) {
    if (container[key] !== undefined) errors.push(forbiddenField(`${field}.${key}`, text));
  }
  if ((container.resizePolicy ?? []).length > 0) {
    errors.push(
      invalid(`${field}.resizePolicy`, container.resizePolicy, "must not be set for init containers"),
    );
  }
  if (container.restartPolicy !== undefined) {
    errors.push(notSupported(`${field}.restartPolicy`, container.restartPolicy, ["Always"]));
  }
}

function validateResizePolicy(
  { resizePolicy = [] }: Container,
  { restartPolicy }: ContainerContext,
  container: string,
  errors: FieldError[],
): void {
  const field = `${container}.resizePolicy`;
  const seen = new Set<string>();
  for (const [i, policy] of resizePolicy.entries()) {
    if (seen.has(policy.resourceName)) errors.push(duplicate(`${field}[${i}]`, policy.resourceName));
    seen.add(policy.resourceName);
    oneOf(policy.resourceName, RESIZABLE, field, errors);
    oneOf(policy.restartPolicy, RESIZE_POLICIES, field, errors);
    if (restartPolicy === "Never" && policy.restartPolicy !== "NotRequired") {
      const text = "must be 'NotRequired' when `restartPolicy` is 'Never'";
      errors.push(invalid(field, policy.restartPolicy, text));
    }
  }
}

function validatePorts(ports: readonly ContainerPort[], field: string, errors: FieldError[]): void {
  let names: Set<string> | undefined;
  for (const [i, port] of ports.entries()) {
    const at = `${field}[${i}]`;
    if (port.name !== undefined && port.name !== "") {
      const complaints = isPortName(port.name);
      for (const text of complaints) errors.push(invalid(`${at}.name`, port.name, text));
      names ??= new Set();
      if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      names.add(port.name);
    }
    if ((port.containerPort ?? 0) === 0) errors.push(required(`${at}.containerPort`));
    else portNumber(port.containerPort, `${at}.containerPort`, errors);
    if ((port.hostPort ?? 0) !== 0) portNumber(port.hostPort, `${at}.hostPort`, errors);
    oneOf(port.protocol, PROTOCOLS, `${at}.protocol`, errors);
  }
}

export function portNumber(port: unknown, field: string, errors: FieldError[]): void {
  for (const text of isPortNumber(port)) errors.push(invalid(field, port, text));
}

function validateHostPorts(ports: readonly ContainerPort[], field: string, errors: FieldError[]): void {
  for (const [i, port] of ports.entries()) {
    if (port.hostPort === port.containerPort) continue;
    const text = "must match `containerPort` when `hostNetwork` is true";
    errors.push(invalid(`${field}.ports[${i}].hostPort`, port.hostPort ?? 0, text));
  }
}

/** A host port can be had only once a pod, for each protocol and address. */
export function validateHostPortConflicts(
  list: readonly Container[],
  field: string,
  errors: FieldError[],
): void {
  let taken: Set<string> | undefined;
  for (const [i, container] of list.entries()) {
    if (container.ports === undefined) continue;
    for (const [j, port] of container.ports.entries()) {
      if ((port.hostPort ?? 0) === 0) continue;
      const key = `${port.protocol}/${port.hostIP ?? ""}/${port.hostPort}`;
      taken ??= new Set();
      if (taken.has(key)) errors.push(duplicate(`${field}[${i}].ports[${j}].hostPort`, key));
      taken.add(key);
    }
  }
}

function validateMounts(
  container: Container,
  context: ContainerContext,
  field: string,
  errors: FieldError[],
): void {
  const paths = new Set<string>();
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${field}.volumeMounts[${i}]`;
    if (!mount.name) errors.push(required(`${at}.name`));
    else if (!context.volumes.has(mount.name)) errors.push(notFoundField(`${at}.name`, mount.name));
    if (!mount.mountPath) errors.push(required(`${at}.mountPath`));
    else if (paths.has(mount.mountPath)) {
      errors.push(invalid(`${at}.mountPath`, mount.mountPath, "must be unique"));
    }
    paths.add(mount.mountPath);
    if (mount.subPath !== undefined && mount.subPathExpr !== undefined && mount.subPathExpr !== "") {
      errors.push(
        invalid(`${at}.subPathExpr`, mount.subPathExpr, "subPathExpr and subPath are mutually exclusive"),
      );
    }
    for (const key of ["subPath", "subPathExpr"] as const) {
      const path = mount[key];
      if (path === undefined) continue;
      if (path.startsWith("/")) errors.push(invalid(`${at}.${key}`, path, "must be a relative path"));
      if (path.split("/").includes("..")) errors.push(invalid(`${at}.${key}`, path, "must not contain '..'"));
    }
  }
}

function validateEnv(env: EnvVar, field: string, errors: FieldError[]): void {
  if (!env.name) errors.push(required(`${field}.name`));
  else for (const text of isEnvVarName(env.name)) errors.push(invalid(`${field}.name`, env.name, text));
  const source = env.valueFrom;
  if (source === undefined) return;
  const at = `${field}.valueFrom`;
  const count = Object.keys(source).length;
  const sources = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";
  if (count === 0) errors.push(invalid(at, "", `must specify one of: ${sources}`));
  else if (env.value !== undefined && env.value !== "") {
    errors.push(invalid(at, "", "may not be specified when `value` is not empty"));
  } else if (count > 1) errors.push(invalid(at, "", "may not have more than one field specified at a time"));
  validateEnvSource(source, at, errors);
}

function validateEnvSource(source: EnvSource, field: string, errors: FieldError[]): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  if (fieldRef !== undefined) {
    const path = fieldRef.fieldPath;
    const subscript = path?.startsWith("metadata.labels['") || path?.startsWith("metadata.annotations['");
    if (!path) errors.push(required(`${field}.fieldRef.fieldPath`));
    else if (!subscript && !POD_FIELDS.includes(path)) {
      errors.push(notSupported(`${field}.fieldRef.fieldPath`, path, POD_FIELDS));
    }
  }
  if (resourceFieldRef !== undefined && !resourceFieldRef.resource) {
    errors.push(required(`${field}.resourceFieldRef.resource`));
  }
  if (configMapKeyRef !== undefined) validateKeyRef(configMapKeyRef, `${field}.configMapKeyRef`, errors);
  if (secretKeyRef !== undefined) validateKeyRef(secretKeyRef, `${field}.secretKeyRef`, errors);
}

function validateKeyRef(ref: { name?: string; key: string }, field: string, errors: FieldError[]): void {
  if (!ref.name) errors.push(required(`${field}.name`));
  if (!ref.key) errors.push(required(`${field}.key`));
}

function validateEnvFrom(
  source: NonNullable<Container["envFrom"]>[number],
  field: string,
  errors: FieldError[],
): void {
  const { configMapRef, secretRef } = source;
  const ref = configMapRef ?? secretRef;
  if (ref === undefined) {
    errors.push(invalid(field, "", "must specify one of: `configMapRef` or `secretRef`"));
    return;
  }
  if (configMapRef !== undefined && secretRef !== undefined) {
    errors.push(invalid(field, "", "may not have more than one field specified at a time"));
  }
  const at = `${field}.${configMapRef === undefined ? "secretRef" : "configMapRef"}.name`;
  if (!ref.name) errors.push(required(at));
  else for (const text of isDns1123Subdomain(ref.name, false)) errors.push(invalid(at, ref.name, text));
}
