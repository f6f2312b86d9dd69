import type { Task } from "../../kernel/task";
import { loadKubeconfig } from "../config/kubeconfig";
import type { Context } from "../context";

/** Completes with names of the kubeconfig. */
export function completeContexts(part: "clusters" | "contexts" | "users") {
  return function* (context: Context): Task<readonly string[]> {
    return [...loadKubeconfig(context.io, context.flags.string("kubeconfig"))[part].keys()];
  };
}
