/** Flags that every command of kubectl understands. */
import type { Flag } from "./cli/command";
import { completeContexts } from "./complete/contexts";
import { completeNamespaces } from "./complete/objects";

export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: "as", type: "string", help: "User to act as." },
  { name: "as-group", type: "array", help: "Group to act as; may be repeated." },
  { name: "as-uid", type: "string", help: "UID to act as." },
  { name: "as-user-extra", type: "array", help: "Extra of the user to act as; may be repeated." },
  { name: "cache-dir", type: "string", help: "Folder of what was learned from servers." },
  { name: "certificate-authority", type: "string", help: "File of the certificate authority." },
  { name: "client-certificate", type: "string", help: "File of the client's certificate." },
  { name: "client-key", type: "string", help: "File of the client's key." },
  {
    name: "cluster",
    type: "string",
    help: "Cluster of the kubeconfig to speak to.",
    complete: completeContexts("clusters"),
  },
  {
    name: "context",
    type: "string",
    help: "Context of the kubeconfig to use.",
    complete: completeContexts("contexts"),
  },
  { name: "disable-compression", type: "bool", help: "Do not compress answers." },
  { name: "insecure-skip-tls-verify", type: "bool", help: "Do not check the server's certificate." },
  { name: "kubeconfig", type: "string", help: "The kubeconfig file." },
  { name: "log-flush-frequency", type: "duration", default: "5s", help: "How often logs are flushed." },
  { name: "match-server-version", type: "bool", help: "Client and server have to be of one version." },
  {
    name: "namespace",
    short: "n",
    type: "string",
    help: "Namespace of the command.",
    complete: completeNamespaces,
  },
  { name: "password", type: "string", help: "Password for basic authentication." },
  { name: "profile", type: "string", default: "none", help: "Profile to capture." },
  { name: "profile-output", type: "string", default: "profile.pprof", help: "File of the profile." },
  {
    name: "request-timeout",
    type: "string",
    default: "0",
    help: "Limit of a single request: 1s, 2m, 3h; 0 for none.",
  },
  { name: "server", short: "s", type: "string", help: "Address of the API server." },
  { name: "tls-server-name", type: "string", help: "Name that the server's certificate has to bear." },
  { name: "token", type: "string", help: "Bearer token." },
  {
    name: "user",
    type: "string",
    help: "User of the kubeconfig to be.",
    complete: completeContexts("users"),
  },
  { name: "username", type: "string", help: "Name for basic authentication." },
  { name: "v", short: "v", type: "int", help: "How much to log." },
  { name: "vmodule", type: "string", help: "How much to log, by file." },
  { name: "warnings-as-errors", type: "bool", help: "Warnings of the server are errors." },
];
