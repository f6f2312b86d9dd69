import type { ClientCertificate } from "../api/http";
import { ADDRESSES } from "../cluster/topology";
import { kubectl } from "../kubectl/kubectl";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { ObjectRef, ProgramIo } from "../terminal/io";
import type { World } from "./world";

/** What a run of kubectl printed and how it ended. */
export interface KubectlRun {
  readonly out: string;
  readonly err: string;
  /** Undefined while it runs, and after it was stopped. */
  readonly code: number | undefined;
  /** Lines that name an object, with it. */
  readonly refs: readonly { readonly text: string; readonly ref: ObjectRef }[];
}

export interface KubectlOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Stops it after this long, as Ctrl+C does. Microseconds. */
  readonly stopAfter?: number;
  /** What the editor makes of a text; undefined: it is closed unsaved. */
  readonly edit?: (text: string) => string | undefined;
}

const ADMIN: ClientCertificate = { commonName: "kubernetes-admin", organizations: ["system:masters"] };
/** Certificates that the workstation's files may hold, by their data. */
const CERTIFICATES: Readonly<Record<string, ClientCertificate>> = { ADMIN };

/** A workstation with a home folder, at which a test types commands of kubectl. */
export class KubectlStation {
  readonly files = new Map<string, string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.files.set("/home/operator/.kube/config", kubeconfigText());
  }

  /** Runs a command line, words separated by spaces, with quotes where a word holds some; waits for its end. */
  run(line: string, options: KubectlOptions = {}): KubectlRun {
    return this.args(splitWords(line), options);
  }

  args(args: readonly string[], options: KubectlOptions = {}): KubectlRun {
    const host = this.#world.cluster.kernel.network.host("workstation");
    let out = "";
    let err = "";
    let code: number | undefined;
    const refs: { text: string; ref: ObjectRef }[] = [];
    const files = this.#fileSystem();
    const lines = options.stdin?.split("\n") ?? [];
    if (lines.at(-1) === "") lines.pop();
    this.#world.cluster.kernel.external(() => {
      host.start("kubectl-test", function* (process): Task {
        const io: ProgramIo = {
          process,
          args,
          env: new Map(Object.entries({ HOME: "/home/operator", ...options.env })),
          cwd: "/home/operator",
          files,
          input: {
            piped: options.stdin !== undefined,
            *line() {
              return lines.shift();
            },
            *rest() {
              return lines
                .splice(0)
                .map((l) => `${l}\n`)
                .join("");
            },
          },
          isTerminal: false,
          out(text, ref) {
            out += text;
            if (ref !== undefined) refs.push({ text, ref });
          },
          err: (text) => (err += text),
          *edit(_name, text) {
            return options.edit?.(text);
          },
          certificate: (data) => CERTIFICATES[data],
        };
        code = yield* kubectl(io);
      });
    });
    if (options.stopAfter === undefined) {
      this.#world.until(`kubectl ${args.join(" ")} ends`, () => code !== undefined, 400 * SECOND);
    } else {
      this.#world.run(options.stopAfter);
      host.processes.get("kubectl-test")?.kill();
    }
    return { out, err, code, refs };
  }

  #fileSystem(): ProgramIo["files"] {
    const { files } = this;
    return {
      read: (path) => files.get(path),
      content: (path) => files.get(path),
      put: (path, content) => void files.set(path, JSON.stringify(content)),
      write: (path, text) => void files.set(path, text),
      remove: (path) => files.delete(path),
      list(path) {
        const prefix = path.endsWith("/") ? path : `${path}/`;
        const names = [...files.keys()]
          .filter((f) => f.startsWith(prefix))
          .map((f) => f.slice(prefix.length).replace(/\/.*$/s, "/"));
        return names.length === 0 ? undefined : [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
      },
    };
  }
}

function kubeconfigText(): string {
  const server = `https://${ADDRESSES.loadBalancer}:${ADDRESSES.apiPort}`;
  return `apiVersion: v1
kind: Config
clusters:
- name: kubarium
  cluster:
    server: ${server}
contexts:
- name: admin@kubarium
  context:
    cluster: kubarium
    user: admin
current-context: admin@kubarium
users:
- name: admin
  user:
    client-certificate-data: ADMIN
`;
}

/** Words of a command line; `'…'` and `"…"` keep spaces. */
function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [, a] of line.matchAll(/((?:[^\s'"]|'[^']*'|"[^"]*")+)/g)) {
    words.push(
      (a as string).replace(
        /'([^']*)'|"([^"]*)"/g,
        (_, x: string | undefined, y: string | undefined) => x ?? y ?? "",
      ),
    );
  }
  return words;
}
