/** What `--initial-cluster` says: names of the founders and where their peers find them. */
import type { Result } from "../../../shared/result";
import { err, ok } from "../../../shared/result";
import type { MemberInfo } from "../records";

const DEFAULT_TOKEN = "etcd-cluster";
const URL = /^https?:\/\/(localhost|\d+\.\d+\.\d+\.\d+):\d+$/;

/** A cluster to be. */
export interface InitialCluster {
  /** Tells it from others: members take no notice of another cluster's. */
  readonly id: number;
  readonly members: readonly MemberInfo[];
}

/**
 * The founders, by `NAME=URL,…`. Their ids are 1, 2, … in order of their names; real ones are hashes over URLs and
 * token, as the cluster's id is here too.
 * Models etcd: server/etcdserver/api/membership/cluster.go (NewClusterFromURLsMap, genID).
 */
export function parseInitialCluster(text: string, token = DEFAULT_TOKEN): Result<InitialCluster, string> {
  const found = new Map<string, string>();
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const [name, url] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
    if (part === "") continue;
    if (url === "") return err(`empty URL given for "${name}"`);
    const address = URL.exec(url);
    if (!/^https?:\/\//.test(url)) return err(`URL scheme must be http, https, unix, or unixs: ${url}`);
    if (!/^https?:\/\/[^/:]+:\d+$/.test(url))
      return err(`URL address does not have the form "host:port": ${url}`);
    if (address === null) return err(`${url}: peers are found by address here, not by name`);
    found.set(name, address[1] === "localhost" ? "127.0.0.1" : (address[1] as string));
  }
  const names = [...found.keys()].sort((a, b) => (a < b ? -1 : 1));
  const members = names.map((name, i) => ({
    id: i + 1,
    name,
    ip: found.get(name) as string,
    learner: false,
  }));
  return ok({ id: hashOf([token, ...members.map((m) => m.ip)].join(",")), members });
}

function hashOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
