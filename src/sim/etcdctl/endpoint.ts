/** endpoint status and health; what a member says of itself. */
import type { StatusResponse } from "../etcd/records";
import type { Task } from "../kernel/task";
import type { Micros } from "../kernel/time";
import { CommandFailure } from "./failure";
import { clientUrl, formatOf, header, hex, table } from "./print";
import type { Endpoint, Session } from "./session";

const VERSION = "3.6.6";

/** The endpoints that were named, or with --cluster those of all members. */
function* endpointsOf(session: Session): Task<readonly Endpoint[]> {
  if (!session.flags.has("cluster")) return session.endpoints;
  const { endpoint } = yield* session.reach("Cluster/MemberList");
  const answer = yield* endpoint.client.memberList({ timeout: session.timeout });
  if (!answer.ok)
    throw new CommandFailure(
      `failed to fetch endpoints from etcd cluster member list: ${answer.error.message}`,
    );
  return session.at(answer.value.members.map(clientUrl));
}

const STATUS_HEAD = [
  "endpoint",
  "ID",
  "version",
  "storage version",
  "db size",
  "in use",
  "percentage not in use",
  "quota",
  "is leader",
  "is learner",
  "raft term",
  "raft index",
  "raft applied index",
  "errors",
  "downgrade target version",
  "downgrade enabled",
];

/** Sizes are not simulated. */
const UNKNOWN = "-";

const statusRow = (name: string, s: StatusResponse): string[] => [
  name,
  hex(s.member),
  VERSION,
  "3.6.0",
  UNKNOWN,
  UNKNOWN,
  UNKNOWN,
  UNKNOWN,
  String(s.leader === s.member),
  String(s.isLearner),
  String(s.term),
  String(s.raftIndex),
  String(s.appliedIndex),
  s.leader === 0 ? "etcdserver: no leader" : "",
  "",
  "false",
];

export function* status(session: Session): Task<number> {
  const { io } = session;
  const format = formatOf(session.flags);
  const found: { readonly name: string; readonly status: StatusResponse }[] = [];
  let failed = false;
  for (const { name, client } of yield* endpointsOf(session)) {
    const answer = yield* client.status({ timeout: session.timeout });
    if (answer.ok) found.push({ name, status: answer.value });
    else {
      failed = true;
      io.err(`Failed to get the status of endpoint ${name} (${reason(answer.error.message)})\n`);
    }
  }
  if (format === "json") io.out(`${JSON.stringify(found.map(jsonStatus))}\n`);
  else {
    const rows = found.map((f) => statusRow(f.name, f.status));
    io.out(format === "table" ? table(STATUS_HEAD, rows) : rows.map((r) => `${r.join(", ")}\n`).join(""));
  }
  return failed ? 1 : 0;
}

const jsonStatus = ({
  name,
  status: s,
}: {
  readonly name: string;
  readonly status: StatusResponse;
}): object => ({
  Endpoint: name,
  Status: {
    header: header(s.member, s.revision, s.term),
    version: VERSION,
    leader: s.leader,
    raftIndex: s.raftIndex,
    raftTerm: s.term,
    raftAppliedIndex: s.appliedIndex,
    ...(s.isLearner ? { isLearner: true } : {}),
    ...(s.leader === 0 ? { errors: ["etcdserver: no leader"] } : {}),
  },
});

/** What cannot be dialled is tried until the time of the command is over. */
const reason = (message: string): string =>
  message.includes("connection") ? "context deadline exceeded" : message;

/** 8132 µs as Go writes a duration. */
const tookText = (us: Micros): string => (us < 1_000_000 ? `${us / 1000}ms` : `${us / 1_000_000}s`);

interface Health {
  readonly endpoint: string;
  readonly health: boolean;
  readonly took: string;
  readonly error: string;
}

/** Reads a key through a majority of the members. */
export function* health(session: Session): Task<number> {
  const { io } = session;
  const format = formatOf(session.flags);
  const threads = (yield* endpointsOf(session)).map((e) => io.process.spawn("health", check(session, e)));
  const found: Health[] = [];
  for (const thread of threads) found.push(yield* thread.done);
  if (format === "json")
    io.out(`${JSON.stringify(found.map(({ error, ...h }) => (error === "" ? h : { ...h, error })))}\n`);
  else if (format === "table")
    io.out(
      table(
        ["endpoint", "health", "took", "error"],
        found.map((h) => [h.endpoint, String(h.health), h.took, h.error]),
      ),
    );
  else
    for (const h of found) {
      if (h.health) io.out(`${h.endpoint} is healthy: successfully committed proposal: took = ${h.took}\n`);
      else io.err(`${h.endpoint} is unhealthy: failed to commit proposal: ${h.error}\n`);
    }
  if (found.every((h) => h.health)) return 0;
  throw new CommandFailure("unhealthy cluster");
}

function* check(session: Session, { name, client }: Endpoint): Task<Health> {
  const { process } = session.io;
  const from = process.now;
  const answer = yield* client.range({ key: "health" }, { timeout: session.timeout });
  const took = tookText(process.now - from);
  return { endpoint: name, health: answer.ok, took, error: answer.ok ? "" : reason(answer.error.message) };
}
