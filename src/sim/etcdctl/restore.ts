/** snapshot restore: from a file to the data folder of a member that is to be. */
import { parseInitialCluster } from "../etcd/client/initial-cluster";
import { restoreDataDir } from "../etcd/restore";
import { formatTime } from "../api/time";
import type { Task } from "../kernel/task";
import { CommandFailure, EXIT } from "./failure";
import { hex } from "./print";
import type { Session } from "./session";
import { pathOf, readSnapshot } from "./snapshot";

const DEFAULT_NAME = "default";
const DEFAULT_URL = "http://localhost:2380";

/** Models etcd: etcdutl/etcdutl/snapshot_command.go, etcdutl/snapshot/v3_snapshot.go (Restore). */
export function* restore(session: Session, words: readonly string[]): Task<number> {
  const { flags, io } = session;
  const dataDir = flags.text("data-dir");
  if (dataDir === undefined) throw new CommandFailure('required flag(s) "data-dir" not set');
  const [name] = words;
  if (name === undefined || words.length > 1)
    throw new CommandFailure("snapshot restore requires exactly one argument", EXIT.badArguments);
  const bump = flags.number("bump-revision", 0);
  if (bump > 0 !== flags.has("mark-compacted"))
    throw new CommandFailure("--mark-compacted required if --revision-bump > 0", EXIT.badArguments);
  if (flags.text("wal-dir") !== undefined)
    throw new CommandFailure("a --wal-dir beside the data-dir is not simulated");
  const { id: cluster, members } = clusterOf(session);
  const self = members.find((m) => m.name === (flags.text("name") ?? DEFAULT_NAME));
  const folder = pathOf(session, dataDir).replace(/(?<=.)\/+$/, "");
  const found = io.files.list(folder);
  if (io.files.content(folder) !== undefined || (found !== undefined && found.length > 0))
    throw new CommandFailure(`data-dir ${JSON.stringify(dataDir)} not empty or could not be read`);
  const what = { path: name, "wal-dir": `${dataDir}/member/wal`, "data-dir": dataDir };
  const place = { ...what, "snap-dir": `${dataDir}/member/snap` };
  const log = (caller: string, message: string, fields: object): void => {
    const shown = JSON.stringify(fields).replace(/(?<="):|,(?=")/g, "$& ");
    io.err(`${formatTime(io.process.now)}\tinfo\t${caller}\t${message}\t${shown}\n`);
  };
  const snapshot = readSnapshot(session, name, "open");
  log("snapshot/v3_snapshot.go:305", "restoring snapshot", place);
  for (const { id, ip } of members)
    log("membership/cluster.go:424", "added member", {
      "added-peer-id": hex(id),
      "added-peer-peer-urls": [`https://${ip}:2380`],
    });
  yield* restoreDataDir(io.process.host.disk, snapshot.image, {
    dataDir: folder,
    owner: { member: self?.id ?? 0, cluster },
    members,
    bump,
  });
  io.process.fact("etcd-restored", io.process.host.name, { revision: snapshot.image.store.revision + bump });
  log("snapshot/v3_snapshot.go:333", "restored snapshot", place);
  return 0;
}

/** The new cluster's members. Models etcd: server/config/config.go (VerifyBootstrap). */
function clusterOf({ flags }: Session) {
  const name = flags.text("name") ?? DEFAULT_NAME;
  const cluster = flags.text("initial-cluster") ?? `${DEFAULT_NAME}=${DEFAULT_URL}`;
  const urls = flags.text("initial-advertise-peer-urls") ?? DEFAULT_URL;
  const advertised = parseInitialCluster(`x=${urls}`, undefined);
  if (!advertised.ok) throw new CommandFailure(advertised.error);
  const founded = parseInitialCluster(cluster, flags.text("initial-cluster-token"));
  if (!founded.ok) throw new CommandFailure(founded.error);
  const { value } = founded;
  const own = cluster.split(",").find((part) => part.startsWith(`${name}=`));
  if (own === undefined)
    throw new CommandFailure(
      `couldn't find local name ${JSON.stringify(name)} in the initial cluster configuration`,
    );
  const url = own.slice(name.length + 1);
  if (new Set(value.members.map((m) => m.ip)).size < value.members.length)
    throw new CommandFailure(`initial cluster ${cluster} has duplicate url`);
  if (url !== urls)
    throw new CommandFailure(
      `--initial-cluster has ${own} but missing from --initial-advertise-peer-urls=${urls} ` +
        `("${urls}"(resolved from "${urls}") != "${url}"(resolved from "${url}"))`,
    );
  return value;
}
