/** etcd as its container's command line has it. */
import { parseInitialCluster } from "../etcd/client/initial-cluster";
import { etcd } from "../etcd/server";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { ContainerContext } from "../node/runtime/container-context";

/** etcd keeps 10 000 and 5000 entries; what a page keeps in memory must be less. */
const LOG_LENGTH = { snapshotCount: 2000, catchUpEntries: 1000 } as const;

/** Makes the main program of a container of etcd's image. */
export function etcdContainer(context: ContainerContext): Program {
  const { command, args } = context.container;
  const flags = flagsOf([...command.slice(1), ...args]);
  const name = flags.get("name") ?? "default";
  const founded = parseInitialCluster(
    flags.get("initial-cluster") ?? `default=http://${context.host.ip}:2380`,
    flags.get("initial-cluster-token"),
  );
  if (!founded.ok) return failing(`error setting up initial cluster: ${founded.error}`);
  const { id: cluster, members } = founded.value;
  const self = members.find((m) => m.name === name);
  if (self === undefined)
    return failing(`couldn't find local name "${name}" in the initial cluster configuration`);
  return etcd({
    id: self.id,
    name,
    cluster,
    members,
    initialState: flags.get("initial-cluster-state") === "existing" ? "existing" : "new",
    dataDir: hostPathOf(context, flags.get("data-dir") ?? `/${name}.etcd`),
    clientCertAuth: flags.get("client-cert-auth") === "true",
    ...LOG_LENGTH,
  });
}

/** `--name=value` or `--name value`. */
function flagsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const [, name, , value] = /^--?([a-z][a-z-]*)(=(.*))?$/.exec(words[i] ?? "") ?? [];
    if (name === undefined) continue;
    const next = words[i + 1];
    if (value !== undefined) found.set(name, value);
    else if (next === undefined || next.startsWith("-")) found.set(name, "true");
    else found.set(name, words[++i] as string);
  }
  return found;
}

/** Where on the host a path of the container lies: in a volume, or in what goes with the container. */
function hostPathOf({ container, sandbox }: ContainerContext, path: string): string {
  const plain = path.replace(/(?<=.)\/+$/, "");
  const inside = container.mounts.find(
    ({ containerPath }) => plain === containerPath || plain.startsWith(`${containerPath}/`),
  );
  if (inside !== undefined) return inside.hostPath + plain.slice(inside.containerPath.length);
  return `/run/containerd/${sandbox.podUid}-${container.attempt}${plain}`;
}

const failing = (msg: string): Program =>
  function* fail(process: Process): Task {
    process.print(
      JSON.stringify({ level: "fatal", caller: "etcdmain/etcd.go:204", msg: "discovery failed", error: msg }),
    );
    process.exit(1, "Error");
  };
