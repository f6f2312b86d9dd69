import { Cluster } from "../../sim/cluster/cluster";
import type { ClusterConfig } from "../../sim/cluster/commands";
import { DEFAULT_CONFIG } from "../../sim/cluster/config";
import { everything } from "../../sim/terminal/programs/everything";
import { installPrograms } from "../../sim/terminal/programs/installed";
import { describeTypes } from "../descriptions";
import type { ClientTime } from "../client-time";
import { Door } from "../door";
import { writeKubeconfig } from "../kubeconfig";
import { OnDemand } from "./demand";
import { ClientHome } from "./programs";

const TOKEN = "token-of-a-test";
/** As in the kubeconfig of the page's terminal, so that both programs print the same names. */
const AS_KUBEADM = {
  cluster: "kubernetes",
  user: "kubernetes-admin",
  context: "kubernetes-admin@kubernetes",
};

/** A booted cluster behind the real door, whose time passes on demand, and a home for real clients. */
export interface World {
  readonly cluster: Cluster;
  readonly time: OnDemand;
  /** How the clients' clock and the cluster's go together. */
  readonly clock: ClientTime;
  readonly home: ClientHome;
  /** Path of the kubeconfig that leads to it. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** Boots a small cluster, unless the configuration says otherwise. */
export async function openWorld(config: Partial<ClusterConfig> = {}): Promise<World> {
  describeTypes();
  installPrograms(everything);
  const cluster = new Cluster({ ...DEFAULT_CONFIG, masters: 1, workers: 2, traffic: 0, ...config });
  cluster.boot();
  const time = new OnDemand(cluster);
  const door = new Door(time, TOKEN);
  const port = await door.open(0);
  const file = writeKubeconfig(`http://127.0.0.1:${port}`, TOKEN, AS_KUBEADM);
  const home = new ClientHome(file.path);
  return {
    cluster,
    time,
    clock: door.clock,
    home,
    kubeconfig: file.path,
    async close() {
      await door.close();
      file.remove();
      home.remove();
    },
  };
}
