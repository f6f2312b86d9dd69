/** `kubectl set subject` (kubectl `pkg/cmd/set/set_subject.go`). */
import type { Command } from "../../cli/command";
import { fail } from "../../cli/failure";
import { completeObjects } from "../../complete/objects";
import type { Context } from "../../context";
import { compareCodePoints } from "../../../../shared/compare";
import type { AnyObject, Info } from "../../resource/info";
import { changeAll, chosen, findTyped } from "../changes";
import { checkAll, checkLocal, checkLocalArguments, SET_FLAGS } from "./common";

const RBAC = "rbac.authorization.k8s.io";

interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

export const setSubject: Command = {
  name: "subject",
  summary: "Adds users, groups and service accounts to a role binding",
  usage:
    "set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] " +
    "[--serviceaccount=namespace:serviceaccountname]",
  examples: ["kubectl set subject rolebinding reader --user=ann --group=devs"],
  flags: [
    ...SET_FLAGS,
    { name: "user", type: "array", help: "A user." },
    { name: "group", type: "array", help: "A group." },
    { name: "serviceaccount", type: "array", help: "`namespace:name`." },
  ],
  complete: completeObjects,
  *run(context) {
    checkLocalArguments(context, context.args);
    const infos = yield* findTyped(context, chosen(context, context.args));
    checkLocal(context);
    checkAll(context);
    const more = subjectsOf(context, infos);
    return yield* changeAll(context, infos, {
      change(object, { mapping }) {
        if (mapping.group !== RBAC || !mapping.kind.endsWith("RoleBinding")) {
          throw fail("setting subjects is only supported for RoleBinding/ClusterRoleBinding");
        }
        const before = (object["subjects"] ?? []) as readonly Subject[];
        const fresh = more.filter((s) => !before.some((b) => same(b, s)));
        if (fresh.length === 0) return object;
        return { ...object, subjects: [...before, ...fresh] } satisfies AnyObject;
      },
      done: "subjects updated",
      refused: "failed to patch subjects to rolebinding: ",
    });
  },
};

function same(a: Subject, b: Subject): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    (a.apiGroup ?? "") === (b.apiGroup ?? "") &&
    (a.namespace ?? "") === (b.namespace ?? "")
  );
}

function subjectsOf(context: Context, infos: readonly Info[]): readonly Subject[] {
  const { flags } = context;
  const given = (name: string): string[] => [...new Set(flags.strings(name))].sort(compareCodePoints);
  const [users, groups, accounts] = [given("user"), given("group"), given("serviceaccount")];
  if (users.length + groups.length + accounts.length === 0) {
    throw fail("you must specify at least one value of user, group or serviceaccount");
  }
  return [
    ...users.map((name) => ({ apiGroup: RBAC, kind: "User", name })),
    ...groups.map((name) => ({ apiGroup: RBAC, kind: "Group", name })),
    ...accounts.map((text) => accountOf(context, text, infos)),
  ];
}

function accountOf(context: Context, text: string, infos: readonly Info[]): Subject {
  const [namespace = "", name = "", ...more] = text.split(":");
  if (!text.includes(":") || more.length > 0 || name === "") {
    throw fail("serviceaccount must be <namespace>:<name>");
  }
  if (namespace === "" && infos.some(({ mapping }) => mapping.kind === "ClusterRoleBinding")) {
    throw fail("serviceaccount must be <namespace>:<name>, namespace must be specified");
  }
  return { kind: "ServiceAccount", name, namespace: namespace === "" ? context.namespace : namespace };
}
