/**
 * The subresources that several kinds have, with the type of their bodies.
 */
import type { Subresource } from "./resource";

export const STATUS: Subresource = { verbs: ["get", "patch", "update"] };

export const SCALE: Subresource = {
  verbs: ["get", "patch", "update"],
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
};

export const TOKEN: Subresource = {
  verbs: ["create"],
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenRequest",
};

export const POD_SUBRESOURCES: Readonly<Record<string, Subresource>> = {
  attach: { verbs: ["create", "get"], kind: "PodAttachOptions" },
  binding: { verbs: ["create"], kind: "Binding" },
  ephemeralcontainers: { verbs: ["get", "patch", "update"] },
  // `kubectl drain` looks for exactly this group and version in discovery, and deletes pods without them.
  eviction: { verbs: ["create"], group: "policy", version: "v1", kind: "Eviction" },
  exec: { verbs: ["create", "get"], kind: "PodExecOptions" },
  log: { verbs: ["get"] },
  portforward: { verbs: ["create", "get"], kind: "PodPortForwardOptions" },
  resize: { verbs: ["get", "patch", "update"] },
  status: STATUS,
};
