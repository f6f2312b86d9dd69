/** The container that is added. */
import type { Context } from "../../context";
import type { Profile } from "./profiles";

/** What the container is to be. */
export interface DebugOptions {
  readonly image: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly profile: Profile;
  readonly quiet: boolean;
}

/** The fields that every container of ours has. */
export function containerFields(context: Context, { image, command }: DebugOptions): Record<string, unknown> {
  const { flags } = context;
  const env = [...flags.map("env")].map(([name, value]) => ({ name, value }));
  const policy = flags.string("image-pull-policy");
  return {
    ...(image === "" ? {} : { image }),
    ...(policy === "" ? {} : { imagePullPolicy: policy }),
    ...(env.length === 0 ? {} : { env }),
    ...(flags.bool("stdin") ? { stdin: true } : {}),
    ...(flags.bool("tty") ? { tty: true } : {}),
    ...(command.length === 0 ? {} : { [flags.bool("arguments-only") ? "args" : "command"]: command }),
  };
}
