/** `kubectl create` (kubectl `pkg/cmd/create/create.go`). */
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { dryRunOf, operation, writeQuery } from "../../cli/dry-run";
import { bare, fail } from "../../cli/failure";
import type { Context } from "../../context";
import { objectPrinter, printRequest } from "../../print/printers";
import { visitObjects } from "../../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../../resource/files";
import { pathOf, refOf, type AnyObject } from "../../resource/info";
import { withLastApplied } from "../../resource/last-applied";
import { whileDoing } from "../../resource/source-error";
import { createConfigMap, createSecret } from "./data";
import { createBudget, createNamespace, createPriorityClass, createQuota } from "./limits";
import { CREATE_FLAGS } from "./maker";
import { createIngress, createService } from "./network";
import {
  createClusterRole,
  createClusterRoleBinding,
  createRole,
  createRoleBinding,
  createServiceAccount,
  createToken,
} from "./rights";
import { createCronJob, createDeployment, createJob } from "./workloads";

export const create: Command = {
  name: "create",
  group: "beginner",
  summary: "Creates objects from files, or by name",
  usage: "create -f FILENAME",
  examples: ["kubectl create -f web.yaml", "kubectl create deployment web --image=nginx:1.28"],
  flags: [
    ...CREATE_FLAGS,
    ...fileFlags("what to create"),
    { name: "selector", short: "l", type: "string", help: "Only objects with these labels." },
    { name: "edit", type: "bool", help: "Open the editor on the objects first." },
    { name: "raw", type: "string", help: "A path to post the file to." },
    { name: "windows-line-endings", type: "bool", help: "Not needed here.", hidden: true },
  ],
  commands: [
    createClusterRole,
    createClusterRoleBinding,
    createConfigMap,
    createCronJob,
    createDeployment,
    createIngress,
    createJob,
    createNamespace,
    createBudget,
    createPriorityClass,
    createQuota,
    createRole,
    createRoleBinding,
    createSecret,
    createService,
    createServiceAccount,
    createToken,
  ],
  run,
};

function* run(context: Context): Task<number> {
  const { flags, args } = context;
  const files = fileOptions(flags, context.config.namespaceGiven);
  if (args.length > 0) throw context.usage(`Unexpected args: [${args.join(" ")}]`);
  if (!hasFiles(files)) throw bare("error: must specify one of -f and -k\n");
  if (flags.bool("edit")) throw fail("--edit is not simulated: use `kubectl edit` after creating");
  if (flags.string("raw") !== "") return yield* raw(context);
  const dryRun = dryRunOf(context);
  const printer = objectPrinter(context, printRequest(context, operation("created", dryRun)));
  let count = 0;
  const selection = {
    files,
    labelSelector: flags.string("selector"),
    namespace: context.namespace,
    continueOnError: true,
  };
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    let object = info.object as AnyObject;
    if (flags.bool("save-config")) object = withLastApplied(object);
    if (dryRun !== "client") {
      const extras = { query: writeQuery(context, dryRun), body: object };
      const path = pathOf(info.mapping, info.namespace);
      object = yield* whileDoing("creating", info.source, context.rest.call<AnyObject>("POST", path, extras));
    }
    count++;
    context.out(printer(object), refOf({ ...info, name: object.metadata?.name ?? info.name }));
  });
  if (failure !== undefined) throw failure;
  if (count === 0) throw fail("no objects passed to create");
  return 0;
}

function* raw(context: Context): Task<number> {
  const { flags, io } = context;
  const [file = ""] = flags.strings("filename");
  const text = file === "-" ? yield* io.input.rest() : (io.files.read(file) ?? "");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw fail("the file of --raw must hold JSON");
  }
  const answer = yield* context.rest.call("POST", flags.string("raw"), { body });
  context.out(typeof answer === "string" ? answer : `${JSON.stringify(answer)}\n`);
  return 0;
}
