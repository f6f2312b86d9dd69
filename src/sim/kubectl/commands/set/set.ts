/** `kubectl set` (kubectl `pkg/cmd/set/set.go`). */
import type { Command } from "../../cli/command";
import { setEnv } from "./env";
import { setImage } from "./image";
import { setResources } from "./resources";
import { setSelector } from "./selector";
import { setServiceAccount } from "./service-account";
import { setSubject } from "./subject";

export const set: Command = {
  name: "set",
  group: "beginner",
  summary: "Sets a part of objects: images, environment, resources",
  usage: "set SUBCOMMAND",
  commands: [setEnv, setImage, setResources, setSelector, setServiceAccount, setSubject],
  helpToStderr: true,
};
