/** `kubectl auth whoami` (kubectl `pkg/cmd/auth/whoami.go`). */
import type { Task } from "../../../kernel/task";
import type { Command } from "../../cli/command";
import { Failure, fail } from "../../cli/failure";
import { goList } from "../../cli/quote";
import type { Context } from "../../context";
import { indentedJson, sortedKeys } from "../../print/json";
import { RowOutput } from "../../print/output";
import { objectPrinter, PRINT_FLAGS, printRequest } from "../../print/printers";
import type { AnyObject } from "../../resource/info";

interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

interface Review {
  readonly status?: { readonly userInfo?: UserInfo };
}

export const whoami: Command = {
  name: "whoami",
  summary: "Says who one is to the server",
  usage: "whoami",
  flags: PRINT_FLAGS,
  run,
};

function* run(context: Context): Task<number> {
  const apiVersion = "authentication.k8s.io/v1";
  const body = { kind: "SelfSubjectReview", apiVersion, metadata: {} };
  const answer = yield* context.rest.attempt<Review>("POST", `/apis/${apiVersion}/selfsubjectreviews`, {
    body,
  });
  if (answer instanceof Failure) {
    const { status } = answer;
    if (status?.reason === "Forbidden") {
      throw fail(
        "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it",
      );
    }
    throw answer;
  }
  const { username, uid, groups, extra } = answer.status?.userInfo ?? {};
  // A Go struct: its fields keep their order in JSON.
  const userInfo = {
    ...(username === undefined ? {} : { username }),
    ...(uid === undefined || uid === "" ? {} : { uid }),
    ...(groups === undefined ? {} : { groups }),
    ...(extra === undefined ? {} : { extra }),
  };
  print(context, { kind: "SelfSubjectReview", apiVersion, metadata: {}, status: { userInfo } }, userInfo);
  return 0;
}

function print(context: Context, review: AnyObject, user: UserInfo): void {
  const output = context.flags.string("output");
  if (output === "json") {
    context.out(`${indentedJson(review, "    ", "", "given")}\n`);
    return;
  }
  if (output !== "" || context.flags.string("template") !== "") {
    // It has no name.
    const object = output === "name" ? { ...review, metadata: { name: "<unknown>" } } : review;
    context.out(objectPrinter(context, printRequest(context))(object));
    return;
  }
  const out = new RowOutput(context);
  out.row(["ATTRIBUTE", "VALUE"]);
  if (user.username !== undefined && user.username !== "") out.row(["Username", user.username]);
  if (user.uid !== undefined) out.row(["UID", user.uid]);
  if (user.groups !== undefined && user.groups.length > 0) out.row(["Groups", goList(user.groups)]);
  for (const key of sortedKeys(user.extra ?? {})) {
    out.row([`Extra: ${key}`, goList(user.extra?.[key] ?? [])]);
  }
  out.flush();
}
