/** member list, add, remove and promote; move-leader. */
import type { MemberInfo } from "../etcd/records";
import type { Task } from "../kernel/task";
import { CommandFailure, EXIT } from "./failure";
import { CLUSTER_ID, clientUrl, formatOf, header, hex, peerUrl, table } from "./print";
import type { Endpoint, Session } from "./session";

const HEAD = ["ID", "Status", "Name", "Peer Addrs", "Client Addrs", "Is Learner"];

/** A member that never started has told nobody its name and where its clients find it; here the name says which. */
const rowOf = (m: MemberInfo, started: boolean): string[] => [
  hex(m.id),
  started ? "started" : "unstarted",
  started ? m.name : "",
  peerUrl(m),
  started ? clientUrl(m) : "",
  String(m.learner),
];

export function* list(session: Session): Task<number> {
  const { io } = session;
  const format = formatOf(session.flags);
  const { endpoint, status } = yield* session.reach("Cluster/MemberList");
  const answer = yield* endpoint.client.memberList({ timeout: session.timeout });
  const { members, revision } = session.need(answer, endpoint, "Cluster/MemberList");
  if (format === "json") {
    const shown = members.map((m) => ({
      ID: m.id,
      name: m.name,
      peerURLs: [peerUrl(m)],
      clientURLs: [clientUrl(m)],
      ...(m.learner ? { isLearner: true } : {}),
    }));
    io.out(`${JSON.stringify({ header: header(status.member, revision, status.term), members: shown })}\n`);
    return 0;
  }
  const rows = members.map((m) => rowOf(m, true));
  io.out(format === "table" ? table(HEAD, rows) : rows.map((r) => `${r.join(", ")}\n`).join(""));
  return 0;
}

export function* add(session: Session, words: readonly string[]): Task<number> {
  const { io, flags } = session;
  const [name] = words;
  if (words.length < 1) throw new CommandFailure("member name not provided", EXIT.badArguments);
  if (words.length > 1 || name === undefined)
    throw new CommandFailure("too many arguments", EXIT.badArguments);
  const urls = flags.text("peer-urls") ?? "";
  if (urls === "") throw new CommandFailure("member peer urls not provided", EXIT.badArguments);
  const ip = /^https?:\/\/([\d.]+):2380$/.exec(urls)?.[1];
  if (ip === undefined)
    throw new CommandFailure(
      `URL address does not have the form "https://IP:2380": ${urls}`,
      EXIT.badArguments,
    );
  const { endpoint } = yield* session.reach("Cluster/MemberAdd");
  const known = session.need(
    yield* endpoint.client.memberList({ timeout: session.timeout }),
    endpoint,
    "Cluster/MemberList",
  );
  if (known.members.some((m) => m.ip === ip))
    throw new CommandFailure("etcdserver: Peer URLs already exists");
  const id = Math.max(...known.members.map((m) => m.id)) + 1;
  const member: MemberInfo = { id, name, ip, learner: flags.has("learner") };
  const { members } = session.need(
    yield* endpoint.client.memberAdd(member, { timeout: session.timeout }),
    endpoint,
    "Cluster/MemberAdd",
  );
  io.out(`Member ${hex(id).padStart(16)} added to cluster ${CLUSTER_ID}\n\n`);
  io.out(`ETCD_NAME="${name}"\n`);
  io.out(`ETCD_INITIAL_CLUSTER="${members.map((m) => `${m.name}=${peerUrl(m)}`).join(",")}"\n`);
  io.out(`ETCD_INITIAL_ADVERTISE_PEER_URLS="${urls}"\nETCD_INITIAL_CLUSTER_STATE="existing"\n`);
  return 0;
}

function idOf(words: readonly string[], what: string): number {
  const [text = ""] = words;
  if (words.length !== 1) throw new CommandFailure(what, EXIT.badArguments);
  if (!/^[0-9a-f]{1,13}$/.test(text))
    throw new CommandFailure(
      `bad member ID arg (strconv.ParseUint: parsing "${text}": invalid syntax), expecting ID in Hex`,
      EXIT.badArguments,
    );
  return Number.parseInt(text, 16);
}

export function* remove(session: Session, words: readonly string[]): Task<number> {
  const id = idOf(words, "member ID is not provided");
  const { endpoint } = yield* session.reach("Cluster/MemberRemove");
  session.need(
    yield* endpoint.client.memberRemove(id, { timeout: session.timeout }),
    endpoint,
    "Cluster/MemberRemove",
  );
  session.io.out(`Member ${hex(id).padStart(16)} removed from cluster ${CLUSTER_ID}\n`);
  return 0;
}

export function* promote(session: Session, words: readonly string[]): Task<number> {
  const id = idOf(words, "member ID is not provided");
  const { endpoint } = yield* session.reach("Cluster/MemberPromote");
  session.need(
    yield* endpoint.client.memberPromote(id, { timeout: session.timeout }),
    endpoint,
    "Cluster/MemberPromote",
  );
  session.io.out(`Member ${hex(id).padStart(16)} promoted in cluster ${CLUSTER_ID}\n`);
  return 0;
}

/** Only the leader hands leadership on: one of the endpoints must be its. */
export function* moveLeader(session: Session, words: readonly string[]): Task<number> {
  const to = idOf(words, "move-leader command needs 1 argument");
  let leader: Endpoint | undefined;
  let from = 0;
  for (const endpoint of session.endpoints) {
    const status = yield* endpoint.client.status({ timeout: session.timeout });
    if (status.ok && status.value.leader === status.value.member) {
      leader = endpoint;
      from = status.value.member;
    }
  }
  if (leader === undefined)
    throw new CommandFailure(
      `no leader endpoint given at [${session.endpoints.map((e) => e.name).join(" ")}]`,
      EXIT.badArguments,
    );
  session.need(
    yield* leader.client.moveLeader(to, { timeout: session.timeout }),
    leader,
    "Maintenance/MoveLeader",
  );
  session.io.out(`Leadership transferred from ${hex(from)} to ${hex(to)}\n`);
  return 0;
}
