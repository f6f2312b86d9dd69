/** What containers for looking may do (kubectl `pkg/cmd/debug/profiles.go`). */

export const PROFILES: readonly string[] = [
  "legacy",
  "general",
  "baseline",
  "netadmin",
  "restricted",
  "sysadmin",
];
export type Profile = "legacy" | "general" | "baseline" | "netadmin" | "restricted" | "sysadmin";

type Container = Readonly<Record<string, unknown>>;

/** A container with what its profile allows it. `node`: it is to look at a node. */
export function profiled(profile: Profile, container: Container, node = false): Container {
  const { securityContext, ...rest } = container;
  const before = (securityContext ?? {}) as Readonly<Record<string, unknown>>;
  switch (profile) {
    case "legacy":
      return container;
    case "general":
      return node ? rest : { ...rest, securityContext: withCapabilities(before, ["SYS_PTRACE"]) };
    case "baseline":
      return rest;
    case "netadmin":
      return { ...rest, securityContext: withCapabilities(before, ["NET_ADMIN", "NET_RAW"]) };
    case "sysadmin":
      return { ...rest, securityContext: { ...before, privileged: true } };
    case "restricted":
      return {
        ...rest,
        securityContext: {
          runAsNonRoot: true,
          capabilities: { drop: ["ALL"] },
          allowPrivilegeEscalation: false,
          seccompProfile: { type: "RuntimeDefault" },
        },
      };
  }
}

function withCapabilities(before: Container, add: readonly string[]): Container {
  const capabilities = (before["capabilities"] ?? {}) as { readonly add?: readonly string[] };
  return { ...before, capabilities: { ...capabilities, add: [...(capabilities.add ?? []), ...add] } };
}

/** Whether it sees the node's processes and network, and its disk. */
export function nodeAccess(profile: Profile): { readonly namespaces: boolean; readonly disk: boolean } {
  return {
    namespaces: profile !== "baseline" && profile !== "restricted",
    disk: profile === "legacy" || profile === "general" || profile === "sysadmin",
  };
}
