import type { ContainerContext } from "../../container-context";

/** The files that a program in a container sees: those that it wrote, over what its pod and its image give it. */
export interface FileSystem {
  read(path: string): string | undefined;
  write(path: string, text: string): void;
  /** False: there was none. */
  remove(path: string): boolean;
  makeDirectory(path: string): void;
  isDirectory(path: string): boolean;
  /** Names in a directory, in order; undefined: there is no such directory. */
  list(path: string): readonly string[] | undefined;
}

const DIRECTORIES = [
  "bin",
  "dev",
  "etc",
  "home",
  "lib",
  "proc",
  "root",
  "run",
  "sbin",
  "sys",
  "tmp",
  "usr",
  "var",
];
/** Marks a directory among the files. */
const DIRECTORY = "\0directory";

export function fileSystem(context: ContainerContext): FileSystem {
  const own = context.files;
  const given = (path: string): string | undefined => GIVEN[path]?.(context);
  const paths = (): string[] => [...Object.keys(GIVEN), ...own.keys()];
  const isDirectory = (path: string): boolean =>
    path === "/" ||
    DIRECTORIES.includes(path.slice(1)) ||
    own.get(path) === DIRECTORY ||
    paths().some((p) => p.startsWith(`${path}/`));
  return {
    read(path) {
      const content = own.get(path) ?? given(path);
      return content === DIRECTORY ? undefined : content;
    },
    write: (path, text) => void own.set(path, text),
    remove: (path) => own.delete(path),
    makeDirectory: (path) => void own.set(path, DIRECTORY),
    isDirectory,
    list(path) {
      if (!isDirectory(path)) return undefined;
      const prefix = path === "/" ? "/" : `${path}/`;
      const names = new Set(path === "/" ? DIRECTORIES : []);
      for (const p of paths())
        if (p.startsWith(prefix)) names.add(p.slice(prefix.length).split("/", 1)[0] as string);
      return [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    },
  };
}

/** What the kubelet mounts into every pod. */
const GIVEN: Readonly<Record<string, (context: ContainerContext) => string>> = {
  "/etc/hostname": ({ sandbox, host }) => `${sandbox.hostNetwork ? host.name : sandbox.name}\n`,
  "/etc/hosts": ({ sandbox, ip }) =>
    `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n` +
    (sandbox.hostNetwork ? "" : `${ip}\t${sandbox.name}\n`),
  "/etc/resolv.conf": ({ sandbox: { dns } }) =>
    [
      ...(dns.searches.length > 0 ? [`search ${dns.searches.join(" ")}`] : []),
      ...dns.servers.map((server) => `nameserver ${server}`),
      `options ndots:${dns.ndots}`,
      "",
    ].join("\n"),
};
