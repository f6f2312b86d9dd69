/** `kubectl create configmap` and `secret` (kubectl `pkg/cmd/create/create_{configmap,secret*}.go`). */
import { encodeBase64 } from "../../../api/base64";
import type { Command, Flag } from "../../cli/command";
import { fail } from "../../cli/failure";
import { resolvePath } from "../../config/paths";
import type { Context } from "../../context";
import { goQuote } from "../../cli/quote";
import { creator, literal, type Target } from "./maker";

const SECRET: Target = { apiVersion: "v1", kind: "Secret", resource: "secrets", namespaced: true };
const SOURCES: readonly Flag[] = [
  { name: "from-file", type: "strings", help: "File, `key=file`, or folder to take values from." },
  { name: "from-literal", type: "array", help: "`key=value`." },
  { name: "from-env-file", type: "strings", help: "File with a `key=value` on each line." },
];
const APPEND_HASH: Flag = {
  name: "append-hash",
  type: "bool",
  help: "End the name with a hash. Not simulated.",
};

/** The values that the flags name, by key. */
function values(context: Context, what: string): Readonly<Record<string, string>> {
  const { flags } = context;
  if (flags.bool("append-hash")) throw fail("--append-hash is not simulated");
  if (flags.strings("from-env-file").length > 0) {
    if (flags.strings("from-file").length > 0 || flags.strings("from-literal").length > 0) {
      throw fail("from-env-file cannot be combined with from-file or from-literal");
    }
  }
  const found = new Map<string, string>();
  const add = (key: string, text: string): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
      const rule =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' " +
        "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
      throw fail(`${goQuote(key)} is not a valid key name for a ${what}: ${rule}`);
    }
    if (found.has(key)) {
      throw fail(`cannot add key ${key}, another key by that name already exists in Data for ${what} `);
    }
    found.set(key, text);
  };
  for (const source of flags.strings("from-file")) fromFile(context, source, add);
  for (const text of flags.strings("from-literal")) add(...literal(text));
  for (const file of flags.strings("from-env-file")) fromEnvironment(context, file, add);
  return Object.fromEntries(found);
}

function fromFile(context: Context, source: string, add: (key: string, text: string) => void): void {
  const at = source.indexOf("=");
  const file = source.slice(at + 1);
  if (at === 0) throw fail(`key name for file path ${file} missing`);
  if (at > 0 && file === "") throw fail(`file path for key name ${source.slice(0, at)} missing`);
  const path = resolvePath(context.io, file);
  const folder = context.io.files.list(path);
  if (folder !== undefined) {
    if (at > 0) throw fail("cannot give a key name for a directory path");
    for (const name of folder.filter((entry) => !entry.endsWith("/"))) {
      add(name, context.io.files.read(`${path}/${name}`) ?? "");
    }
    return;
  }
  const text = context.io.files.read(path);
  if (text === undefined) throw fail(`error reading ${file}: no such file or directory`);
  add(at > 0 ? source.slice(0, at) : file.slice(file.lastIndexOf("/") + 1), text);
}

function fromEnvironment(context: Context, file: string, add: (key: string, text: string) => void): void {
  const text = context.io.files.read(resolvePath(context.io, file));
  if (text === undefined) throw fail(`error reading ${file}: no such file or directory`);
  for (const line of text.split("\n")) {
    const trimmed = line.trimStart();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const at = trimmed.indexOf("=");
    if (at < 0) add(trimmed, context.io.env.get(trimmed) ?? "");
    else add(trimmed.slice(0, at), trimmed.slice(at + 1));
  }
}

export const createConfigMap = creator({
  name: "configmap",
  aliases: ["cm"],
  summary: "Creates a config map from files and values",
  usage:
    "configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  examples: ["kubectl create configmap settings --from-literal=color=blue"],
  flags: [...SOURCES, APPEND_HASH],
  target: { apiVersion: "v1", kind: "ConfigMap", resource: "configmaps", namespaced: true },
  failure: "failed to create configmap",
  make(context, name) {
    const data = values(context, "ConfigMap");
    return { metadata: { name }, ...(Object.keys(data).length > 0 ? { data } : {}) };
  },
});

function encoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, encodeBase64(text)]));
}

const createGeneric = creator({
  name: "generic",
  summary: "Creates a secret from files and values",
  usage: "secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]",
  flags: [...SOURCES, APPEND_HASH, { name: "type", type: "string", help: "Type of the secret." }],
  target: SECRET,
  failure: "failed to create secret",
  make(context, name) {
    const data = values(context, "Secret");
    const type = context.flags.string("type");
    return {
      metadata: { name },
      ...(Object.keys(data).length > 0 ? { data: encoded(data) } : {}),
      ...(type === "" ? {} : { type }),
    };
  },
});

const createDockerRegistry = creator({
  name: "docker-registry",
  summary: "Creates a secret for an image registry",
  usage: "secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email",
  flags: [
    { name: "docker-server", type: "string", default: "https://index.docker.io/v1/", help: "The registry." },
    { name: "docker-username", type: "string", help: "User at the registry." },
    { name: "docker-password", type: "string", help: "Password at the registry." },
    { name: "docker-email", type: "string", help: "Address of the user." },
    APPEND_HASH,
  ],
  target: SECRET,
  failure: "failed to create secret",
  make({ flags }, name) {
    const username = flags.string("docker-username");
    const password = flags.string("docker-password");
    const server = flags.string("docker-server");
    if (username === "")
      throw fail(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    const email = flags.string("docker-email");
    const login = {
      username,
      password,
      ...(email === "" ? {} : { email }),
      auth: encodeBase64(`${username}:${password}`),
    };
    const data = { ".dockerconfigjson": JSON.stringify({ auths: { [server]: login } }) };
    return { metadata: { name }, data: encoded(data), type: "kubernetes.io/dockerconfigjson" };
  },
});

const createTls = creator({
  name: "tls",
  summary: "Creates a secret for TLS",
  usage: "secret tls NAME --cert=path/to/cert/file --key=path/to/key/file",
  flags: [
    { name: "cert", type: "string", help: "File with the certificate." },
    { name: "key", type: "string", help: "File with the key." },
    APPEND_HASH,
  ],
  target: SECRET,
  failure: "failed to create secret",
  make(context, name) {
    const { flags, io } = context;
    if (flags.string("key") === "" || flags.string("cert") === "")
      throw fail("key and cert must be specified");
    const read = (file: string): string => {
      const text = io.files.read(resolvePath(io, file));
      if (text === undefined) throw fail(`open ${file}: no such file or directory`);
      return text;
    };
    const data = { "tls.crt": read(flags.string("cert")), "tls.key": read(flags.string("key")) };
    return { metadata: { name }, data: encoded(data), type: "kubernetes.io/tls" };
  },
});

export const createSecret: Command = {
  name: "secret",
  summary: "Creates a secret of a certain kind",
  usage: "create secret (docker-registry | generic | tls)",
  commands: [createDockerRegistry, createGeneric, createTls],
};
