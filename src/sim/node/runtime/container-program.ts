import { err, ok, type Result } from "../../../shared/result";
import type { Program } from "../../kernel/process";
import type { ContainerContext, ImageProgram, StopAction } from "./container-context";
import type { ContainerConfig } from "./cri/types";
import { COMPONENT_STOP } from "./defaults";
import { findImage } from "./image-catalog";
import { parseImageReference } from "./image-reference";
import { behaviourProgram, shellProgram } from "./programs/interpreter";
import { isExecutable } from "./programs/shell/commands";

/** Programs of images that are components, by repository, e.g. `registry.k8s.io/etcd`. */
export type ImagePrograms = Readonly<Record<string, ImageProgram>>;

/** How a container's main process is made. */
export interface Entrypoint {
  readonly program: (context: ContainerContext) => Program;
  readonly stop: StopAction;
}

const HANDLED: StopAction = { kind: "handled" };
const COMPONENT: StopAction = { kind: "ends", after: COMPONENT_STOP, code: 0 };

/** What runs when a container of this configuration starts; the error is that of runc when nothing can. */
export function entrypointOf(config: ContainerConfig, programs: ImagePrograms): Result<Entrypoint, string> {
  const reference = parseImageReference(config.image);
  const image = reference && findImage(reference);
  if (image === undefined) return err(`image "${config.image}": not found`);
  const component = programs[image.repository];
  if (component !== undefined) return ok({ program: component, stop: COMPONENT });
  const { behaviour } = image;
  if (behaviour === undefined) return err(notExecutable("/entrypoint"));
  const isShell = behaviour.executable === "sh";
  const argv = config.command.length > 0 ? [...config.command, ...config.args] : isShell ? config.args : [];
  const executable = argv[0];
  // A shell that somebody may type into waits for that.
  if (isShell && config.stdin && argv.length <= 1) {
    return ok({ program: (context) => shellProgram([executable ?? "sh"], context), stop: HANDLED });
  }
  if (executable === undefined || (executable === behaviour.executable && (!isShell || argv.length === 1))) {
    return ok({ program: (context) => behaviourProgram(behaviour, context), stop: HANDLED });
  }
  if (!isExecutable({ container: config }, executable)) return err(notExecutable(executable));
  return ok({ program: (context) => shellProgram(argv, context), stop: HANDLED });
}

/** What an image runs when nothing else is asked for. */
export function executableOf(config: ContainerConfig): string {
  const reference = parseImageReference(config.image);
  const image = reference && findImage(reference);
  return image?.behaviour?.executable ?? image?.repository.split("/").at(-1) ?? "";
}

function notExecutable(name: string): string {
  return (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
    `unable to start container process: error during container init: exec: "${name}": ` +
    "executable file not found in $PATH"
  );
}
