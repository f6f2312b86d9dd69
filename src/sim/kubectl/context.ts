/** What a command is given: its flags and arguments, and the ways to the world, made when first asked for. */
import type { Task } from "../kernel/task";
import type { ObjectRef, ProgramIo } from "../terminal/io";
import { usageFailure, type Failure } from "./cli/failure";
import { commandPath, type Parsed } from "./cli/parse";
import type { FlagValues } from "./cli/flags";
import type { Command } from "./cli/command";
import { clientConfig, type ClientConfig } from "./config/client-config";
import { homeOf, resolvePath } from "./config/paths";
import { Rest } from "./rest/client";
import { Discovery, type ResourceInfo } from "./rest/discovery";
import { Mapper } from "./rest/mapper";

export class Context {
  readonly io: ProgramIo;
  readonly flags: FlagValues;
  readonly args: readonly string[];
  /** How many arguments stood before `--`; undefined without one. */
  readonly argsBeforeDash: number | undefined;
  /** From the root down to the command. */
  readonly path: readonly Command[];
  #config: ClientConfig | undefined;
  #rest: Rest | undefined;
  #discovery: Discovery | undefined;
  #mapper: Mapper | undefined;

  constructor(io: ProgramIo, parsed: Parsed) {
    this.io = io;
    this.flags = parsed.flags;
    this.args = parsed.args;
    this.argsBeforeDash = parsed.argsBeforeDash;
    this.path = parsed.path;
  }

  /** `kubectl rollout status`. */
  get commandPath(): string {
    return commandPath(this.path);
  }

  out(text: string, ref?: ObjectRef): void {
    this.io.out(text, ref);
  }

  err(text: string): void {
    this.io.err(text);
  }

  /** A wrong use of this command. */
  usage(message: string): Failure {
    return usageFailure(this.commandPath, message);
  }

  /** @throws Failure when the kubeconfig is broken */
  get config(): ClientConfig {
    return (this.#config ??= clientConfig(this.io, this.flags));
  }

  /** Namespace of the flags or the kubeconfig. */
  get namespace(): string {
    return this.config.namespace;
  }

  get rest(): Rest {
    return (this.#rest ??= new Rest(this.io, this.config));
  }

  /** Has any request been prepared? */
  get warnings(): number {
    return this.#rest?.warnings ?? 0;
  }

  get discovery(): Discovery {
    const folder = this.flags.string("cache-dir") || `${homeOf(this.io)}/.kube/cache`;
    return (this.#discovery ??= new Discovery(this.io, this.rest, resolvePath(this.io, folder)));
  }

  get mapper(): Mapper {
    return (this.#mapper ??= new Mapper(this.io, this.discovery));
  }

  /** The kind that an argument names. */
  *resource(arg: string): Task<ResourceInfo> {
    return yield* this.mapper.resource(arg);
  }
}
