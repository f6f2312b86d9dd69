/** Containers of pods and of templates (kubectl `pkg/describe/describe.go` describeContainers). */
import { compareCodePoints } from "../../../shared/compare";
import { metadataField } from "../../api/field-path";
import { canonicalQuantity } from "../../api/quantity";
import type { Container, ContainerPort, ContainerStatus, Pod, Probe } from "../../api/types";
import { rfc1123 } from "./time";
import { bool, goList, sortedKeys, type Writer } from "./writer";

type State = NonNullable<ContainerStatus["state"]>;
type EnvVar = NonNullable<Container["env"]>[number];
type Resources = NonNullable<Container["resources"]>;

/**
 * @param statuses of the containers, none for templates
 * @param pod whose fields variables are taken from; undefined for templates
 * @param space indent of templates, `""` for pods
 */
export function describeContainers(
  w: Writer,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] | undefined,
  pod: Pod | undefined,
  space: string,
): void {
  w.line(0, `${space}${title}:${containers.length === 0 ? " <none>" : ""}`);
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    basics(w, container, status, space);
    command(w, "Command", container.command);
    command(w, "Args", container.args);
    if (status !== undefined) {
      state(w, "State", status.state ?? {});
      if (status.lastState?.terminated !== undefined) state(w, "Last State", status.lastState);
      w.line(2, `Ready:\t${bool(status.ready)}`);
      w.line(2, `Restart Count:\t${status.restartCount}`);
    }
    describeResources(w, container.resources, 2);
    probe(w, "Liveness", container.livenessProbe);
    probe(w, "Readiness", container.readinessProbe);
    probe(w, "Startup", container.startupProbe);
    environmentSources(w, container);
    environment(w, container, pod);
    mounts(w, container);
  }
}

function basics(w: Writer, container: Container, status: ContainerStatus | undefined, space: string): void {
  w.line(1, `${space === "" ? "" : " "}${container.name}:`);
  if (status !== undefined) w.line(2, `Container ID:\t${status.containerID ?? ""}`);
  w.line(2, `Image:\t${container.image ?? ""}`);
  if (status !== undefined) w.line(2, `Image ID:\t${status.imageID ?? ""}`);
  ports(w, "Port", container.ports, (port) => port.containerPort);
  ports(w, "Host Port", container.ports, (port) => port.hostPort ?? 0);
  const profile = container.securityContext?.seccompProfile;
  if (profile === undefined) return;
  w.line(2, `SeccompProfile:\t${profile.type}`);
  if (profile.type === "Localhost") w.line(3, `LocalhostProfile:\t${profile.localhostProfile}`);
}

function ports(
  w: Writer,
  title: string,
  list: readonly ContainerPort[] | undefined,
  number: (port: ContainerPort) => number,
): void {
  const text = (list ?? [])
    .map((port) => `${number(port)}/${port.protocol ?? ""}${port.name ? ` (${port.name})` : ""}`)
    .join(", ");
  w.line(2, text.includes(",") ? `${title}s:\t${text}` : `${title}:\t${text || "<none>"}`);
}

function command(w: Writer, title: string, words: readonly string[] | undefined): void {
  if (words === undefined || words.length === 0) return;
  w.line(2, `${title}:`);
  for (const word of words) for (const part of word.split("\n")) w.line(3, part);
}

function state(w: Writer, title: string, { running, waiting, terminated }: State): void {
  if (running !== undefined) {
    w.line(2, `${title}:\tRunning`);
    w.line(3, `Started:\t${rfc1123(running.startedAt)}`);
  } else if (terminated !== undefined) {
    w.line(2, `${title}:\tTerminated`);
    if (terminated.reason) w.line(3, `Reason:\t${terminated.reason}`);
    if (terminated.message) w.line(3, `Message:\t${terminated.message}`);
    w.line(3, `Exit Code:\t${terminated.exitCode}`);
    if ((terminated.signal ?? 0) > 0) w.line(3, `Signal:\t${terminated.signal}`);
    w.line(3, `Started:\t${rfc1123(terminated.startedAt)}`);
    w.line(3, `Finished:\t${rfc1123(terminated.finishedAt)}`);
  } else {
    w.line(2, `${title}:\tWaiting`);
    if (waiting?.reason) w.line(3, `Reason:\t${waiting.reason}`);
  }
}

/** Limits and requests; nothing for none. */
export function describeResources(w: Writer, resources: Resources | undefined, level: number): void {
  for (const [title, list] of [
    ["Limits", resources?.limits],
    ["Requests", resources?.requests],
  ] as const) {
    const names = sortedKeys(list);
    if (names.length > 0) w.line(level, `${title}:`);
    for (const name of names) w.line(level + 1, `${name}:\t${canonicalQuantity(list?.[name] ?? "")}`);
  }
}

function probe(w: Writer, title: string, asked: Probe | undefined): void {
  if (asked === undefined) return;
  const { initialDelaySeconds: delay = 0, timeoutSeconds: timeout = 0, periodSeconds: period = 0 } = asked;
  const { successThreshold: success = 0, failureThreshold: failure = 0 } = asked;
  const times = `delay=${delay}s timeout=${timeout}s period=${period}s`;
  const attributes = `${times} #success=${success} #failure=${failure}`;
  w.line(2, `${title}:\t${probeAction(asked)} ${attributes}`);
}

function probeAction({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) return `exec ${goList(exec.command)}`;
  if (httpGet !== undefined) {
    const scheme = (httpGet.scheme ?? "").toLowerCase();
    return `http-get ${scheme}://${httpGet.host ?? ""}:${httpGet.port}${httpGet.path ?? ""}`;
  }
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port}`;
  if (grpc !== undefined) return `grpc <pod>:${grpc.port} ${grpc.service ?? ""}`;
  return "unknown";
}

function environmentSources(w: Writer, container: Container): void {
  const { envFrom } = container;
  if (envFrom === undefined || envFrom.length === 0) return;
  w.line(2, "Environment Variables from:");
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const from = configMapRef ?? secretRef;
    const kind = configMapRef !== undefined ? "ConfigMap" : secretRef !== undefined ? "Secret" : "";
    const how = prefix ? `${kind} with prefix '${prefix}'` : kind;
    w.line(3, `${from?.name ?? ""}\t${how}\tOptional: ${from?.optional ?? false}`);
  }
}

function environment(w: Writer, container: Container, pod: Pod | undefined): void {
  const { env = [] } = container;
  w.line(2, `Environment:${env.length === 0 ? "\t<none>" : ""}`);
  for (const variable of env) {
    if (variable.valueFrom !== undefined) {
      w.line(3, `${variable.name}:\t${sourced(variable, container, pod)}`);
      continue;
    }
    (variable.value ?? "")
      .split("\n")
      .forEach((part, i) => w.line(3, i === 0 ? `${variable.name}:\t${part}` : `\t${part}`));
  }
}

function sourced({ valueFrom }: EnvVar, container: Container, pod: Pod | undefined): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (fieldRef !== undefined) {
    const value = pod === undefined ? "" : (metadataField(pod, fieldRef.fieldPath) ?? "");
    return `${value} (${fieldRef.apiVersion ?? ""}:${fieldRef.fieldPath})`;
  }
  if (resourceFieldRef !== undefined) {
    const { resource } = resourceFieldRef;
    const [list = "", name = ""] = resource.split(".");
    const amount = (list === "limits" ? container.resources?.limits : container.resources?.requests)?.[name];
    return `${amount ?? (list === "limits" ? "node allocatable" : "0")} (${resource})`;
  }
  if (secretKeyRef !== undefined) {
    const { key, name, optional = false } = secretKeyRef;
    return `<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}`;
  }
  const { key, name, optional = false } = configMapKeyRef ?? { key: "", name: "" };
  return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`;
}

function mounts(w: Writer, { volumeMounts = [], volumeDevices = [] }: Container): void {
  w.line(2, `Mounts:${volumeMounts.length === 0 ? "\t<none>" : ""}`);
  for (const mount of volumeMounts.toSorted((a, b) => compareCodePoints(a.mountPath, b.mountPath))) {
    const part = mount.subPath ? `,path=${JSON.stringify(mount.subPath)}` : "";
    w.line(3, `${mount.mountPath} from ${mount.name} (${mount.readOnly === true ? "ro" : "rw"}${part})`);
  }
  if (volumeDevices.length === 0) return;
  w.line(2, `Devices:${volumeMounts.length === 0 ? "\t<none>" : ""}`);
  for (const device of volumeDevices.toSorted((a, b) => compareCodePoints(a.devicePath, b.devicePath))) {
    w.line(3, `${device.devicePath} from ${device.name}`);
  }
}
