/** Everything that can be run on the workstation, by name. */
import { etcdctl, etcdutl } from "../../etcdctl/etcdctl";
import { kubectl } from "../../kubectl/kubectl";
import type { WorkstationProgram } from "../io";
import type { ShellProgram } from "../shell-io";
import { shellBuiltins } from "./builtins";
import { fileTools } from "./file-tools";
import { grep } from "./grep";
import type { Programs } from "./installed";
import { networkTools } from "./network-tools";
import { streamTools } from "./stream-tools";
import { systemTools } from "./system-tools";
import { textTools } from "./text-tools";

/** Programs that know the shell by `ProgramIo` alone. */
const foreign: ReadonlyMap<string, WorkstationProgram> = new Map<string, WorkstationProgram>([
  ["kubectl", kubectl],
  ["etcdctl", etcdctl],
  ["etcdutl", etcdutl],
]);

export const everything: Programs = {
  builtins: shellBuiltins,
  programs: new Map<string, ShellProgram>([
    ...fileTools,
    ...textTools,
    ...systemTools,
    ...streamTools,
    ...networkTools,
    ["grep", grep],
    ...foreign,
  ]),
};
