import { SECOND } from "../../../sim/kernel/time";
import type { Cluster } from "../../../sim/cluster/cluster";
import type { Outcome } from "../programs";

/** Longest that a line may take, in virtual time. */
const LIMIT = 700 * SECOND;

/** The page's terminal without the page: types lines and collects what they print. */
export class PageShell {
  readonly #cluster: Cluster;
  #lines = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  write(name: string, text: string): void {
    const written = this.#cluster.apply({ type: "write-file", path: `/root/${name}`, text });
    if (!written.ok) throw new Error(written.error);
  }

  run(line: string): Outcome {
    const cluster = this.#cluster;
    const { kernel } = cluster;
    const id = `line-${++this.#lines}`;
    let stdout = "";
    let stderr = "";
    let code: number | undefined;
    cluster.machines.terminals.listen(id, {
      output(stream, text) {
        if (stream === "out") stdout += text;
        else stderr += text;
      },
      edit: () => {},
      exit: (ended) => (code = ended),
    });
    const begun = cluster.apply({ type: "shell", id, session: "test", line, width: 80 });
    if (!begun.ok) throw new Error(begun.error);
    const until = kernel.now + LIMIT;
    while (code === undefined && (kernel.nextTime() ?? until) < until) kernel.step();
    if (code !== undefined) return { code, stdout, stderr };
    cluster.apply({ type: "shell-input", id, input: { kind: "interrupt" } });
    kernel.runUntil(kernel.now + SECOND);
    return { code: -1, stdout, stderr: `${stderr}(did not end)` };
  }
}
