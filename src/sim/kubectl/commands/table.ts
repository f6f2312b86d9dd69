/**
 * All commands of kubectl. A new command is a file of its own and a line here, in the place where `kubectl help`
 * lists it: suggestions for mistyped names keep this order.
 */
import type { Command } from "../cli/command";
import { GLOBAL_FLAGS } from "../global-flags";
import { annotate } from "./annotate";
import { autoscale } from "./autoscale";
import { certificate } from "./certificate";
import { cordon, uncordon } from "./cordon";
import { create } from "./create/create";
import { debug } from "./debug/debug";
import { describe } from "./describe";
import { apply } from "./apply/apply";
import { diff } from "./diff/diff";
import { edit } from "./edit/edit";
import { replace } from "./replace";
import { apiResources } from "./api-resources";
import { auth } from "./auth/auth";
import { top } from "./top/top";
import { clusterInfo } from "./cluster-info";
import { config } from "./config";
import { deleteCommand } from "./delete";
import { drain } from "./drain";
import { events } from "./events";
import { attach, exec } from "./exec";
import { explain } from "./explain";
import { expose } from "./expose";
import { get } from "./get";
import { label } from "./label";
import { logs } from "./logs";
import { patch } from "./patch";
import { apiVersions, completion, cp, options, portForward, proxy, version } from "./plain";
import { rollout } from "./rollout/rollout";
import { run } from "./run";
import { scale } from "./scale";
import { set } from "./set/set";
import { taint } from "./taint";
import { wait } from "./wait";

export const ROOT: Command = {
  name: "kubectl",
  summary: "kubectl controls the Kubernetes cluster manager",
  usage: "",
  persistentFlags: GLOBAL_FLAGS,
  commands: [
    // Basic (beginner)
    create,
    expose,
    run,
    set,
    // Basic (intermediate)
    explain,
    get,
    edit,
    deleteCommand,
    // Deploy
    rollout,
    scale,
    autoscale,
    // Cluster management
    certificate,
    clusterInfo,
    top,
    cordon,
    uncordon,
    drain,
    taint,
    // Troubleshooting and debugging
    describe,
    logs,
    attach,
    exec,
    portForward,
    proxy,
    cp,
    auth,
    debug,
    events,
    // Advanced
    diff,
    apply,
    patch,
    replace,
    wait,
    // Settings
    label,
    annotate,
    completion,
    // Other
    apiResources,
    apiVersions,
    config,
    version,
    options,
  ],
};
