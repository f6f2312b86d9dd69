/** Waits for a container of a pod and attaches to it; of one that has ended already it prints the log. */
import type { Task } from "../../../kernel/task";
import type { Context } from "../../context";
import { pathOf, type AnyObject, type Info } from "../../resource/info";
import type { PodObject } from "../../resource/pods-of";
import { converse } from "../exec";
import { FOR_EVER, waitForObject } from "../waiting";

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly running?: object; readonly terminated?: object };
}

export function* attachTo(context: Context, pod: AnyObject, container: string): Task {
  const mapping = yield* context.resource("pods");
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const info: Info = { mapping, namespace, name, object: pod, source: "" };
  const begun = yield* waitForObject(context, info, context.io.process.now + FOR_EVER, (object) => {
    const state = stateOf(object, container);
    return object === undefined || state?.running !== undefined || state?.terminated !== undefined;
  });
  if (stateOf(begun, container)?.terminated !== undefined) {
    const log = yield* context.rest.get<string>(pathOf(mapping, namespace, name, "log"), { container });
    context.out(log);
    return;
  }
  const { flags } = context;
  const stdin = flags.bool("stdin");
  const tty = flags.bool("tty") && stdin && !context.io.input.piped;
  if (!flags.bool("quiet")) context.err("If you don't see a command prompt, try pressing enter.\n");
  yield* converse(context, "attach", begun as PodObject, { container, command: [], stdin, tty });
}

function stateOf(pod: AnyObject | undefined, container: string): ContainerStatus["state"] {
  const status = (pod?.["status"] ?? {}) as Readonly<Record<string, readonly ContainerStatus[] | undefined>>;
  const all = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"].flatMap(
    (list) => status[list] ?? [],
  );
  return all.find((c) => c.name === container)?.state;
}
