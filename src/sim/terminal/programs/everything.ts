/** Everything that can be run on the workstation, by name. */
import { etcdctl, etcdutl } from "../../etcdctl/etcdctl";
import { kubectl } from "../../kubectl/kubectl";
import { toYaml } from "../../kubectl/print/yaml";
import { readYaml } from "../../kubectl/resource/yaml-reader";
import type { WorkstationProgram } from "../io";
import type { ShellProgram } from "../shell-io";
import { shellBuiltins } from "./builtins";
import { crictl } from "./crictl";
import { fileTools } from "./file-tools";
import { grep } from "./grep";
import type { Programs } from "./installed";
import { networkTools } from "./network-tools";
import { remoteTools } from "./ssh";
import { streamTools } from "./stream-tools";
import { systemTools } from "./system-tools";
import { systemctl } from "./systemctl";
import { textTools } from "./text-tools";

/** Programs that know the shell by `ProgramIo` alone. */
const foreign: ReadonlyMap<string, WorkstationProgram> = new Map<string, WorkstationProgram>([
  ["kubectl", kubectl],
  ["etcdctl", etcdctl],
  ["etcdutl", etcdutl],
]);

export const everything: Programs = {
  builtins: shellBuiltins,
  yaml: {
    read(text) {
      const read = readYaml(text);
      return read.ok ? read.value : undefined;
    },
    write: toYaml,
  },
  programs: new Map<string, ShellProgram>([
    ...fileTools,
    ...textTools,
    ...systemTools,
    ...streamTools,
    ...networkTools,
    ...remoteTools,
    ["grep", grep],
    ["systemctl", systemctl],
    ["crictl", crictl],
    ...foreign,
  ]),
};
