/** `kubectl certificate` (kubectl `pkg/cmd/certificates/certificates.go`). */
import { formatTime } from "../../api/time";
import type { Task } from "../../kernel/task";
import type { Command } from "../cli/command";
import { fail, Failure } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { completeNamesOf } from "../complete/objects";
import type { Context } from "../context";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../print/printers";
import { visitObjects } from "../resource/builder";
import { fileFlags, fileOptions, hasFiles } from "../resource/files";
import { pathOf, refOf, type AnyObject, type Info } from "../resource/info";

interface Decision {
  readonly type: "Approved" | "Denied";
  /** The decision that rules this one out. */
  readonly other: "Approved" | "Denied";
  readonly reason: string;
  readonly message: string;
  readonly done: string;
}

const APPROVE: Decision = {
  type: "Approved",
  other: "Denied",
  reason: "KubectlApprove",
  message: "This CSR was approved by kubectl certificate approve.",
  done: "approved",
};
const DENY: Decision = {
  type: "Denied",
  other: "Approved",
  reason: "KubectlDeny",
  message: "This CSR was denied by kubectl certificate deny.",
  done: "denied",
};
/** Times that a change is tried again when somebody else came first. */
const ATTEMPTS = 10;

function decider(name: string, summary: string, decision: Decision): Command {
  return {
    name,
    summary,
    usage: `certificate ${name} (-f FILENAME | NAME)`,
    examples: [`kubectl certificate ${name} csr-sqgzp`],
    flags: [
      ...PRINT_FLAGS,
      ...fileFlags("what to decide on"),
      { name: "force", type: "bool", help: "Write it even if it is so decided already." },
    ],
    complete: completeNamesOf("certificatesigningrequests"),
    run: (context) => decide(context, decision),
  };
}

export const certificate: Command = {
  name: "certificate",
  group: "cluster",
  summary: "Decides on requests for certificates",
  usage: "certificate SUBCOMMAND",
  helpIsSuccess: true,
  commands: [
    decider("approve", "Approves a certificate signing request", APPROVE),
    decider("deny", "Denies a certificate signing request", DENY),
  ],
};

function* decide(context: Context, decision: Decision): Task<number> {
  const { flags, args } = context;
  const print = objectPrinter(context, printRequest(context, decision.done));
  const files = fileOptions(flags, false);
  if (args.length === 0 && !hasFiles(files))
    throw fail("one or more CSRs must be specified as <name> or -f <filename>");
  let found = 0;
  const selection = {
    args: args.length === 0 ? [] : ["certificatesigningrequests", ...args],
    files,
    namespace: context.namespace,
    continueOnError: true,
    latest: true,
  };
  const { failure } = yield* visitObjects(context, selection, function* (info) {
    const { kind, group } = info.mapping;
    if (kind !== "CertificateSigningRequest" || group !== "certificates.k8s.io") {
      const got = group === "" ? kind : `${kind}.${group}`;
      throw fail(`can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${got}`);
    }
    yield* decideOne(context, info, decision);
    found++;
    context.out(print(info.object ?? {}), refOf(info));
  });
  if (failure !== undefined) throw failure;
  if (found === 0) context.out("No resources found\n");
  return 0;
}

function* decideOne(context: Context, info: Info, decision: Decision): Task {
  const path = pathOf(info.mapping, "", info.name);
  for (let attempt = 0; ; attempt++) {
    const csr = yield* context.rest.get<AnyObject>(path);
    const status = (csr["status"] ?? {}) as { readonly conditions?: readonly { readonly type: string }[] };
    const conditions = status.conditions ?? [];
    if (conditions.some((c) => c.type === decision.other)) {
      throw fail(`certificate signing request ${goQuote(info.name)} is already ${decision.other}`);
    }
    const decided = conditions.some((c) => c.type === decision.type);
    if (decided && !context.flags.bool("force")) return;
    const condition = {
      type: decision.type,
      status: "True",
      reason: decision.reason,
      message: decision.message,
      lastUpdateTime: formatTime(context.io.process.now),
    };
    const body = {
      ...csr,
      status: { ...status, conditions: decided ? conditions : [...conditions, condition] },
    };
    const answer = yield* context.rest.attempt("PUT", `${path}/approval`, { body });
    if (!(answer instanceof Failure)) return;
    if (answer.status?.reason !== "Conflict" || attempt >= ATTEMPTS) throw answer;
  }
}
