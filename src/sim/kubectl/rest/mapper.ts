/**
 * From what users write to what the server serves: `po`, `pods`, `pod`, `Pod`, `deploy.v1.apps`, `deployments.apps`,
 * `all` (client-go `restmapper`, apimachinery `meta/restmapper.go`).
 */
import type { Task } from "../../kernel/task";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { groupVersion, insisting, type Discovered, type Discovery, type ResourceInfo } from "./discovery";
import type { ProgramIo } from "../../terminal/io";

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

export class Mapper {
  readonly #discovery: Discovery;
  readonly #io: ProgramIo;
  readonly #warned = new Set<string>();

  constructor(io: ProgramIo, discovery: Discovery) {
    this.#io = io;
    this.#discovery = discovery;
  }

  *discovered(): Task<Discovered> {
    return yield* insisting(this.#io, () => this.#discovery.discovered());
  }

  /** The kind that an argument names. @throws Failure when the server has none such */
  *resource(arg: string): Task<ResourceInfo> {
    yield* this.#warnOfAmbiguity(arg);
    const found = yield* this.#findAgain((all) => findByArgument(all, arg));
    if (found !== undefined) return found;
    throw fail(`the server doesn't have a resource type ${goQuote(parseGroupResource(arg).resource)}`);
  }

  /** The kind that an argument names; undefined when the server has none such. */
  *lookUp(arg: string): Task<ResourceInfo | undefined> {
    return yield* this.#findAgain((all) => findByArgument(all, arg));
  }

  /** A short name that several groups use means the first; said once. */
  *#warnOfAmbiguity(name: string): Task {
    if (name.includes(".") || this.#warned.has(name)) return;
    const [first, ...others] = preferredResources(yield* this.discovered()).filter((r) =>
      r.shortNames.includes(name),
    );
    const rest = others.filter((r) => r.resource !== first?.resource || r.group !== first.group);
    if (rest.length === 0) return;
    this.#warned.add(name);
    for (const r of rest) {
      const full = r.group === "" ? r.resource : `${r.resource}.${r.group}`;
      this.#io.err(`Warning: short name ${goQuote(name)} could also match lower priority resource ${full}\n`);
    }
  }

  /** The resource of a kind as objects name it. @throws Failure when the server has none such */
  *forKind(apiVersion: string, kind: string): Task<ResourceInfo> {
    const found = yield* this.#findAgain((all) =>
      all.resources.find((r) => groupVersion(r) === apiVersion && r.kind === kind),
    );
    if (found !== undefined) return found;
    throw fail(`no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`);
  }

  /** The preferred resource of a kind in a group; undefined when the server has none such. */
  *forGroupKind({ group, kind }: GroupKind): Task<ResourceInfo | undefined> {
    return yield* this.#findAgain((all) => preferred(all, group, (r) => r.kind === kind));
  }

  /** What a category such as `all` stands for, as `resource.group`; undefined when it is none. */
  *category(name: string): Task<readonly string[] | undefined> {
    const all = yield* this.discovered();
    const members = preferredResources(all).filter((r) => r.categories.includes(name));
    if (members.length === 0) return undefined;
    return members.map((r) => (r.group === "" ? r.resource : `${r.resource}.${r.group}`));
  }

  /** What is not found in an old cache may be new: looks once more at the server. */
  *#findAgain(find: (all: Discovered) => ResourceInfo | undefined): Task<ResourceInfo | undefined> {
    const found = find(yield* this.discovered());
    if (found !== undefined || this.#discovery.fresh) return found;
    this.#discovery.invalidate();
    return find(yield* this.discovered());
  }
}

/** Every kind once, in its group's preferred version that has it. */
export function preferredResources(all: Discovered): readonly ResourceInfo[] {
  return all.groups.flatMap(({ name, versions }) => {
    const seen = new Set<string>();
    return versions.flatMap((version) =>
      all.resources.filter((r) => {
        if (r.group !== name || r.version !== version || seen.has(r.resource)) return false;
        seen.add(r.resource);
        return true;
      }),
    );
  });
}

function preferred(
  all: Discovered,
  group: string,
  is: (r: ResourceInfo) => boolean,
): ResourceInfo | undefined {
  for (const version of all.groups.find((g) => g.name === group)?.versions ?? []) {
    const found = all.resources.find((r) => r.group === group && r.version === version && is(r));
    if (found !== undefined) return found;
  }
  return undefined;
}

function parseGroupResource(arg: string): { resource: string; group: string } {
  const at = arg.indexOf(".");
  return at < 0 ? { resource: arg, group: "" } : { resource: arg.slice(0, at), group: arg.slice(at + 1) };
}

/** `resource.version.group`; undefined with less than two dots. */
function parseFull(arg: string): { resource: string; version: string; group: string } | undefined {
  const [resource, version, ...group] = arg.split(".");
  if (group.length === 0) return undefined;
  return { resource: resource as string, version: version as string, group: group.join(".") };
}

function findByArgument(all: Discovered, arg: string): ResourceInfo | undefined {
  const full = parseFull(arg);
  const { resource, group } = parseGroupResource(arg);
  return (
    (full && inVersion(all, findByName(all, full.resource, full.group), full.version)) ??
    findByName(all, resource, group) ??
    (full && inVersion(all, findByKind(all, full.resource, full.group), full.version)) ??
    findByKind(all, resource, group)
  );
}

function inVersion(all: Discovered, of: ResourceInfo | undefined, version: string): ResourceInfo | undefined {
  return (
    of &&
    all.resources.find((r) => r.group === of.group && r.resource === of.resource && r.version === version)
  );
}

/** By plural, singular or short name; the group may be shortened to how it begins, and absent stands for any. */
function findByName(all: Discovered, typed: string, group: string): ResourceInfo | undefined {
  const name = typed.toLowerCase();
  const list = preferredResources(all);
  const named = (r: ResourceInfo): boolean =>
    r.resource === name || (r.singular || r.kind.toLowerCase()) === name;
  const short = (r: ResourceInfo): boolean => r.shortNames.includes(name);
  for (const is of [named, short]) {
    const candidates = list.filter(is);
    const found =
      group === ""
        ? candidates[0]
        : (candidates.find((r) => r.group === group) ?? candidates.find((r) => r.group.startsWith(group)));
    if (found !== undefined) return found;
  }
  return undefined;
}

function findByKind(all: Discovered, kind: string, group: string): ResourceInfo | undefined {
  return preferredResources(all).find((r) => r.kind === kind && r.group === group);
}
