import { describe, expect, it } from "vitest";
import type { Command } from "./command";
import { Failure, failureText } from "./failure";
import { parseCommandLine, requireFlags } from "./parse";

const ROOT: Command = {
  name: "kubectl",
  summary: "",
  usage: "",
  persistentFlags: [
    { name: "namespace", short: "n", type: "string", help: "" },
    { name: "v", short: "v", type: "int", help: "" },
  ],
  commands: [
    { name: "set", summary: "", usage: "" },
    {
      name: "get",
      summary: "",
      usage: "",
      suggestFor: ["ps"],
      flags: [
        { name: "output", short: "o", type: "string", help: "" },
        { name: "watch", short: "w", type: "bool", help: "" },
        { name: "all-namespaces", short: "A", type: "bool", help: "" },
        { name: "chunk-size", type: "int64", default: "500", help: "" },
        { name: "filename", short: "f", type: "strings", help: "" },
        { name: "timeout", type: "duration", default: "30s", help: "" },
        { name: "dry-run", type: "string", bare: "unchanged", default: "none", help: "" },
        { name: "pair", type: "map", help: "" },
      ],
    },
    {
      name: "exec",
      summary: "",
      usage: "",
      stopsAtFirstArgument: true,
      flags: [{ name: "stdin", short: "i", type: "bool", help: "" }],
    },
    {
      name: "config",
      summary: "",
      usage: "",
      commands: [
        {
          name: "view",
          aliases: ["show"],
          summary: "",
          usage: "",
          flags: [{ name: "need", type: "string", required: true, help: "" }],
        },
      ],
    },
  ],
};

function errorOf(line: string): string {
  try {
    requireFlags(parseCommandLine(ROOT, line.split(" ")));
  } catch (e) {
    if (e instanceof Failure) return failureText(e);
    throw e;
  }
  return "";
}

describe("command lines", () => {
  it.each([
    ["get pods -oyaml", { output: "yaml" }, ["pods"]],
    ["get pods -o=yaml x", { output: "yaml" }, ["pods", "x"]],
    ["get -o yaml pods", { output: "yaml" }, ["pods"]],
    ["get --output yaml pods", { output: "yaml" }, ["pods"]],
    ["get --output= pods", { output: "" }, ["pods"]],
    ["-n kube-system get pods", { namespace: "kube-system" }, ["pods"]],
    ["get pods -wA", { watch: "true", "all-namespaces": "true" }, ["pods"]],
    ["get pods -won", { watch: "true", output: "n" }, ["pods"]],
    ["get pods --watch=false", { watch: "false" }, ["pods"]],
    ["get pods --dry-run x", { "dry-run": "unchanged" }, ["pods", "x"]],
    ["get pods --dry_run=client", { "dry-run": "client" }, ["pods"]],
    ["get pods -- -o", { output: "" }, ["pods", "-o"]],
    ["get -f a -f b,c -", { filename: "a" }, ["-"]],
    ["exec -i web ls -l", { stdin: "true" }, ["web", "ls", "-l"]],
  ])("%s", (line, flags, args) => {
    const parsed = parseCommandLine(ROOT, line.split(" "));
    expect(parsed.args).toEqual(args);
    for (const [name, value] of Object.entries(flags)) {
      expect(name === "filename" ? parsed.flags.strings(name)[0] : parsed.flags.string(name), name).toBe(
        value,
      );
    }
  });

  it("keeps lists, pairs, numbers and durations apart", () => {
    const { flags } = parseCommandLine(
      ROOT,
      "get -f a,b -f c --pair x=1,y=2 --pair x=3 --chunk-size 0x10".split(" "),
    );
    expect(flags.strings("filename")).toEqual(["a", "b", "c"]);
    expect([...flags.map("pair")]).toEqual([
      ["x", "3"],
      ["y", "2"],
    ]);
    expect(flags.int("chunk-size")).toBe(16);
    expect(flags.duration("timeout")).toBe(30_000_000);
    expect([flags.changed("chunk-size"), flags.changed("timeout")]).toEqual([true, false]);
  });

  it("says where the dash stood", () => {
    expect(parseCommandLine(ROOT, "exec web -- ls -l".split(" "))).toMatchObject({
      args: ["web", "ls", "-l"],
      argsBeforeDash: 1,
    });
    expect(parseCommandLine(ROOT, ["get", "pods"]).argsBeforeDash).toBeUndefined();
  });

  it.each([
    ["foo", 'error: unknown command "foo" for "kubectl"\n'],
    ["gett", 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n'],
    ["ps", 'error: unknown command "ps" for "kubectl"\n\nDid you mean this?\n\tget\n'],
    ["-n x foo", "Error: flags cannot be placed before plugin name: -n\n"],
    ["get --foo", "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n"],
    ["--foo", "error: unknown flag: --foo\nSee 'kubectl --help' for usage.\n"],
    ["get ---x", "error: bad flag syntax: ---x\nSee 'kubectl get --help' for usage.\n"],
    ["get -wx", "error: unknown shorthand flag: 'x' in -wx\nSee 'kubectl get --help' for usage.\n"],
    ["get -o", "error: flag needs an argument: 'o' in -o\nSee 'kubectl get --help' for usage.\n"],
    ["get --output", "error: flag needs an argument: --output\nSee 'kubectl get --help' for usage.\n"],
    [
      "get --watch=maybe",
      'error: invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax\n' +
        "See 'kubectl get --help' for usage.\n",
    ],
    [
      "get --chunk-size=99999999999999999999",
      'error: invalid argument "99999999999999999999" for "--chunk-size" flag: strconv.ParseInt: parsing ' +
        "\"99999999999999999999\": value out of range\nSee 'kubectl get --help' for usage.\n",
    ],
    [
      "get --timeout=5",
      'error: invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"\n' +
        "See 'kubectl get --help' for usage.\n",
    ],
    ["config view", 'error: required flag(s) "need" not set\n'],
    ["config show --need x", ""],
  ])("%s fails as pflag does", (line, text) => {
    expect(errorOf(line)).toBe(text);
  });
});
