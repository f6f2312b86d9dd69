import type { Process } from "../../../../kernel/process";
import type { Task } from "../../../../kernel/task";
import type { ContainerContext } from "../../container-context";
import type { ExecResult } from "../../cri/types";
import { NO_INPUT, type Output } from "./io";
import { Shell } from "./shell";

/** Runs one command to its end and gives what it wrote, as probes and hooks want it. */
export function* execute(
  process: Process,
  context: ContainerContext,
  command: readonly string[],
): Task<ExecResult> {
  let text = "";
  const write: Output = (more) => (text += more);
  const shell = new Shell(process, context, { input: NO_INPUT, out: write, err: write });
  const exitCode = yield* shell.argv(command);
  return { exitCode, output: text.replace(/\n$/, "") };
}
