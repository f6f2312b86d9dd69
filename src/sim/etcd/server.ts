import { ERR_CERTIFICATE, MEMBER_CERTIFICATE, isEtcdCertificate } from "./client/identity";
import { CLIENT_PORT } from "./client/wire";
import { assertNever } from "../../shared/assert";
import type { Exchange } from "../kernel/connection";
import { Channel } from "../kernel/connection";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { REQUEST_TIMEOUT, MAX_PENDING, type EtcdOptions } from "./options";
import { ERR_BAD_TRANSFEREE, ERR_LEARNER_NOT_READY, ERR_LEASE_NOT_FOUND, ERR_MEMBER_EXISTS } from "./errors";
import {
  ERR_MEMBER_NOT_FOUND,
  ERR_NO_LEADER,
  ERR_NOT_LEADER,
  ERR_TIMEOUT,
  ERR_TOO_MANY_REQUESTS,
} from "./errors";
import { RaftPanic } from "../raft/types";
import { EtcdMember } from "./member";
import { panicked } from "./member-log";
import type {
  EtcdError,
  EtcdRequest,
  MemberAddRequest,
  MemberChangeRequest,
  StatusResponse,
} from "./records";
import type { LeaseKeepAliveRequest, RangeRequest, TxnRequest, WatchRequest } from "./records";
import { validateTxn, type ReplicatedBody } from "./state-machine";
import { EtcdView } from "./view";

/** The program of an etcd process. */
export function etcd(options: EtcdOptions): Program {
  return function* (process: Process): Task {
    process.cpuMilli = 25;
    process.memoryBytes = 60 * 1024 * 1024;
    const server = started(process, options);
    yield* server.start();
    yield* server.member.removed;
    // Its answer to whoever removed it still leaves; what is left of the cluster takes no more notice of it.
    yield 1;
    process.exit(1, "Error");
  };
}

/** What lies in its data folder may be nothing that a member could go on from. */
function started(process: Process, options: EtcdOptions): EtcdServer {
  try {
    return new EtcdServer(process, options);
  } catch (e) {
    if (!(e instanceof RaftPanic)) throw e;
    panicked(process, e.message);
    return process.exit(2, "Error");
  }
}

/** A probe of the kubelet, which speaks HTTP. */
interface ProbeRequest {
  readonly method: "GET";
  readonly path: string;
}

/** The client API of a member. Models etcd: server/etcdserver/api/v3rpc. */
export class EtcdServer {
  readonly member: EtcdMember;
  readonly #process: Process;
  readonly #toMembers = new Map<string, Channel>();

  constructor(process: Process, options: EtcdOptions) {
    this.#process = process;
    this.member = new EtcdMember(process, options, (exchange) => this.#serveRead(exchange));
    process.view = new EtcdView(this.member);
  }

  /** Serves as soon as what the disk holds is safe. */
  *start(): Task {
    yield* this.member.start();
    this.#process.listen(CLIENT_PORT, (exchange) => this.#handle(exchange));
    this.member.log.serving(this.#process.ip);
  }

  #handle(exchange: Exchange): void {
    const request = exchange.request as EtcdRequest | ProbeRequest;
    const { clientCertAuth } = this.member.options;
    // Probes come to a port of their own on a real member, one without certificates.
    if (
      clientCertAuth === true &&
      request.method !== "GET" &&
      !isEtcdCertificate(exchange.connection.identity)
    ) {
      refuse(exchange, ERR_CERTIFICATE);
      return;
    }
    switch (request.method) {
      case "range":
        this.#range(exchange, request);
        break;
      case "txn":
        this.#txn(exchange, request);
        break;
      case "watch":
        this.#watch(exchange, request);
        break;
      case "watchProgress":
        this.member.watches.progress(exchange.connection, this.#revision);
        this.#ok(exchange, {});
        break;
      case "leaseGrant":
      case "leaseRevoke":
      case "compact":
        this.#replicate(exchange, request);
        break;
      case "leaseKeepAlive":
        this.#keepAlive(exchange, request);
        break;
      case "status":
        exchange.respond({ ok: true, value: this.#status() });
        break;
      case "memberList":
        this.member.readLinearizable(exchange);
        break;
      case "snapshot":
        this.#ok(exchange, { image: this.member.state.image() });
        break;
      case "memberAdd":
        this.#memberAdd(exchange, request);
        break;
      case "memberRemove":
      case "memberPromote":
      case "moveLeader":
        this.#memberChange(exchange, request);
        break;
      case "GET":
        this.#probe(exchange, request);
        break;
      default:
        assertNever(request);
    }
  }

  get #revision(): number {
    return this.member.state.store.revision;
  }

  #range(exchange: Exchange, request: RangeRequest): void {
    if (request.serializable) this.#serveRead(exchange);
    else if (this.member.reads.size >= MAX_PENDING) refuse(exchange, ERR_TOO_MANY_REQUESTS);
    else this.member.readLinearizable(exchange);
  }

  /** Answers a read from this member's state: it is up to date, or the client does not mind. */
  #serveRead(exchange: Exchange): void {
    const request = exchange.request as EtcdRequest;
    if (request.method === "memberList") {
      this.#ok(exchange, { members: this.member.state.memberList() });
      return;
    }
    const range = request as RangeRequest;
    const result = this.member.state.store.range(range, range.revision, range.limit, range.countOnly);
    if (!result.ok) refuse(exchange, result.error);
    else {
      const { kvs, count, more } = result.value;
      this.#ok(exchange, { kvs, count, more });
    }
  }

  #txn(exchange: Exchange, request: TxnRequest): void {
    const valid = validateTxn(request);
    if (!valid.ok) refuse(exchange, valid.error);
    else this.#replicate(exchange, request);
  }

  #replicate(exchange: Exchange, body: ReplicatedBody): void {
    if (this.member.proposals.pending >= MAX_PENDING) refuse(exchange, ERR_TOO_MANY_REQUESTS);
    else this.member.replicate(exchange, body);
  }

  #watch(exchange: Exchange, request: WatchRequest): void {
    if (request.requireLeader && this.member.raft.lead === 0) {
      refuse(exchange, ERR_NO_LEADER);
      return;
    }
    const { store } = this.member.state;
    const start = request.startRevision === 0 ? store.revision + 1 : request.startRevision;
    const past = start <= store.revision ? store.changesSince(request, start) : undefined;
    if (past !== undefined && !past.ok) {
      refuse(exchange, past.error);
      return;
    }
    exchange.begin({ ok: true, value: { revision: store.revision } });
    if (past !== undefined && past.value.length > 0) {
      exchange.push({ revision: store.revision, events: past.value });
    }
    this.member.watches.add(exchange, request, Math.max(start, store.revision + 1), request.requireLeader);
  }

  /** Only the leader keeps the leases' time. */
  #keepAlive(exchange: Exchange, request: LeaseKeepAliveRequest): void {
    if (this.member.raft.role !== "leader") {
      this.#forward(exchange);
      return;
    }
    const lease = this.member.state.lessor.renew(request.lease, this.#process.now);
    if (lease === undefined) refuse(exchange, ERR_LEASE_NOT_FOUND);
    else this.#ok(exchange, { lease: lease.id, ttlSeconds: lease.ttlSeconds });
  }

  #memberAdd(exchange: Exchange, request: MemberAddRequest): void {
    const { member } = request;
    if (this.member.state.members.has(member.id)) refuse(exchange, ERR_MEMBER_EXISTS);
    else this.member.changeMembers(exchange, member.learner ? "add-learner" : "add-voter", member);
  }

  #memberChange(exchange: Exchange, request: MemberChangeRequest): void {
    const { raft, state } = this.member;
    const known = state.members.get(request.id);
    if (known === undefined) {
      refuse(exchange, request.method === "moveLeader" ? ERR_BAD_TRANSFEREE : ERR_MEMBER_NOT_FOUND);
      return;
    }
    if (request.method === "memberRemove") {
      this.member.changeMembers(exchange, "remove", known);
      return;
    }
    if (raft.role !== "leader") {
      if (request.method === "moveLeader") refuse(exchange, ERR_NOT_LEADER);
      else this.#forward(exchange);
      return;
    }
    if (request.method === "memberPromote") {
      // Nine tenths of the leader's log. Models etcd: server.go (readyPercentThreshold).
      const match = raft.progress.get(request.id)?.match ?? 0;
      if (match * 10 < raft.log.lastIndex * 9) refuse(exchange, ERR_LEARNER_NOT_READY);
      else this.member.changeMembers(exchange, "add-voter", known);
      return;
    }
    this.#process.spawn("move-leader", this.#moveLeader(exchange, request.id));
  }

  *#moveLeader(exchange: Exchange, to: number): Task {
    const { raft } = this.member;
    if (!raft.membership.voters.includes(to)) {
      refuse(exchange, ERR_BAD_TRANSFEREE);
      return;
    }
    raft.transferLeadership(to);
    this.member.pump();
    for (let waited = 0; waited < REQUEST_TIMEOUT && raft.lead !== to; waited += 100_000) yield 100_000;
    if (raft.lead === to) this.#ok(exchange, {});
    else refuse(exchange, ERR_TIMEOUT);
  }

  /** Has the leader answer a request. */
  #forward(exchange: Exchange): void {
    const leader = this.member.memberById(this.member.raft.lead);
    if (leader === undefined) refuse(exchange, ERR_NO_LEADER);
    else this.#process.spawn("forward", this.#askLeader(exchange, leader.ip));
  }

  *#askLeader(exchange: Exchange, ip: string): Task {
    let channel = this.#toMembers.get(ip);
    if (channel === undefined)
      this.#toMembers.set(
        ip,
        (channel = new Channel(this.#process, ip, CLIENT_PORT, { identity: MEMBER_CERTIFICATE })),
      );
    const result = yield* channel.call(exchange.request, { timeout: REQUEST_TIMEOUT });
    if (result.ok) exchange.respond(result.value);
    else refuse(exchange, ERR_TIMEOUT);
  }

  #status(): StatusResponse {
    const { raft, state } = this.member;
    return {
      revision: this.#revision,
      member: this.member.id,
      leader: raft.lead,
      term: raft.term,
      raftIndex: raft.log.committed,
      appliedIndex: raft.log.applied,
      isLearner: raft.membership.learners.includes(this.member.id),
      keys: state.store.size,
    };
  }

  /** Health as the kubelet asks for it. Models etcd: server/etcdserver/api/etcdhttp/health.go. */
  #probe(exchange: Exchange, request: ProbeRequest): void {
    const needsLeader = !request.path.startsWith("/livez");
    const healthy = !needsLeader || this.member.raft.lead !== 0;
    exchange.respond({ status: healthy ? 200 : 503, headers: {}, body: healthy ? "ok" : "no leader" });
  }

  #ok(exchange: Exchange, value: object): void {
    exchange.respond({ ok: true, value: { revision: this.#revision, ...value } });
  }
}

function refuse(exchange: Exchange, error: EtcdError): void {
  exchange.respond({ ok: false, error });
}
