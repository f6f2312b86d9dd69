/**
 * A member's log: lines of JSON, as etcd writes them with zap, about what it did. Few: nothing that happens with
 * every request or heartbeat. Models etcd: client/pkg/logutil, and raft's own messages.
 */
import { formatMicroTime } from "../api/time";
import type { Process } from "../kernel/process";
import { SECOND, type Micros } from "../kernel/time";
import type { Raft } from "../raft/raft";
import type { Role } from "../raft/types";
import type { MemberInfo } from "./records";

/** A sync of the write-ahead log that takes longer is worth a warning (wal.go: warnSyncDuration). */
const SLOW_SYNC: Micros = 1 * SECOND;

type Level = "info" | "warn";
type Fields = Readonly<Record<string, unknown>>;

/** The last line of a member that cannot go on. */
export function panicked(process: Process, msg: string): void {
  const { now } = process;
  process.print(() =>
    JSON.stringify({ level: "panic", ts: formatMicroTime(now), caller: "etcdserver/raft.go:248", msg }),
  );
}

export class MemberLog {
  readonly #process: Process;
  #role: Role = "follower";
  #term: number;
  #lead = 0;

  constructor(process: Process, raft: Raft) {
    this.#process = process;
    this.#term = raft.term;
  }

  starting(name: string, ip: string, dataDir: string, fresh: boolean): void {
    const peers = [`https://${ip}:2380`];
    this.#write("info", "embed/etcd.go:138", "configuring peer listeners", { "listen-peer-urls": peers });
    this.#write("info", "embed/etcd.go:314", "starting an etcd server", {
      "etcd-version": "3.6.6",
      name,
      "data-dir": dataDir,
      "initial-advertise-peer-urls": peers,
      "initial-cluster-state": fresh ? "new" : "existing",
    });
  }

  restarting(id: number, commit: number): void {
    const fields = { "local-member-id": hex(id), "commit-index": commit };
    this.#write("info", "etcdserver/bootstrap.go:599", "restarting local member", fields);
  }

  serving(ip: string): void {
    this.#write("info", "embed/serve.go:124", "ready to serve client requests", {});
    const fields = { traffic: "grpc+http", address: `${ip}:2379` };
    this.#write("info", "embed/serve.go:275", "serving client traffic securely", fields);
  }

  /** Compares what the protocol says with what it said before. */
  note(raft: Raft): void {
    if (raft.role === this.#role && raft.lead === this.#lead && raft.term === this.#term) return;
    const { role, term, lead } = raft;
    if (role !== this.#role || (role === "candidate" && term !== this.#term)) this.#noteRole(raft);
    if (lead !== this.#lead) this.#noteLead(raft.id, lead, term);
    this.#role = role;
    this.#term = term;
    this.#lead = lead;
  }

  #noteRole({ id, role, term }: Raft): void {
    const me = hex(id);
    const stands = role === "pre-candidate" || role === "candidate";
    if (stands && this.#role === "follower") {
      this.#raft(988, `${me} is starting a new election at term ${this.#term}`);
    }
    if (role === "pre-candidate") this.#raft(930, `${me} became pre-candidate at term ${term}`);
    else if (role === "candidate") this.#raft(912, `${me} became candidate at term ${term}`);
    else if (role === "leader") this.#raft(970, `${me} became leader at term ${term}`);
    else {
      if (this.#role === "leader" && term === this.#term) {
        this.#raft(1293, `${me} stepped down to follower since quorum is not active`, "warn");
      }
      this.#raft(897, `${me} became follower at term ${term}`);
    }
  }

  #noteLead(id: number, lead: number, term: number): void {
    const node = `raft.node: ${hex(id)}`;
    const before = hex(this.#lead);
    if (lead === 0) this.#raft(374, `${node} lost leader ${before} at term ${term}`);
    else if (this.#lead === 0) this.#raft(370, `${node} elected leader ${hex(lead)} at term ${term}`);
    else this.#raft(372, `${node} changed leader from ${before} to ${hex(lead)} at term ${term}`);
  }

  synced(took: Micros): void {
    if (took <= SLOW_SYNC) return;
    const fields = { took: `${took / SECOND}s`, "expected-duration": "1s" };
    this.#write("warn", "wal/wal.go:846", "slow fdatasync", fields);
  }

  compacted(revision: number): void {
    this.#write("info", "mvcc/index.go:194", "compact tree index", { revision });
    const fields = { "compact-revision": revision };
    this.#write("info", "mvcc/kvstore_compaction.go:72", "finished scheduled compaction", fields);
  }

  changed(type: "add-voter" | "add-learner" | "remove", self: number, { id, ip }: MemberInfo): void {
    const local = { "local-member-id": hex(self) };
    if (type === "remove") {
      const fields = { ...local, "removed-remote-peer-id": hex(id) };
      this.#write("info", "membership/cluster.go:472", "removed member", fields);
    } else {
      const peer = { "added-peer-id": hex(id), "added-peer-peer-urls": [`https://${ip}:2380`] };
      const fields = { ...local, ...peer, "added-peer-is-learner": type === "add-learner" };
      this.#write("info", "membership/cluster.go:433", "added member", fields);
    }
  }

  /** A message of the raft library; those of its node and of the protocol come from different files. */
  #raft(line: number, msg: string, level: Level = "info"): void {
    const file = line < 400 ? "node.go" : "raft.go";
    this.#write(level, `v3@v3.6.0/${file}:${line}`, msg, {}, "raft");
  }

  #write(level: Level, caller: string, msg: string, fields: Fields, logger?: string): void {
    if (this.#process.output === undefined) return;
    const { now } = this.#process;
    const named = logger === undefined ? {} : { logger };
    this.#process.print(() =>
      JSON.stringify({ level, ts: formatMicroTime(now), ...named, caller, msg, ...fields }),
    );
  }
}

const hex = (id: number): string => id.toString(16);
