import { randomBytes } from "node:crypto";
import { Cluster } from "../sim/cluster/cluster";
import type { StreamCall, StreamSink } from "../sim/cluster/workstation";
import { describeTypes } from "./descriptions";
import { Door } from "./door";
import { writeKubeconfig } from "./kubeconfig";
import type { ServerOptions } from "./options";
import { Pace } from "./pace";

/** A headless cluster that runs and answers. */
export interface RunningServer {
  readonly url: string;
  /** Every request must bear it. */
  readonly token: string;
  /** Path of the kubeconfig that was written; gone after `close`. */
  readonly kubeconfig: string;
  readonly cluster: Cluster;
  close(): Promise<void>;
}

/**
 * Boots a cluster, lets its time pass and serves its API on loopback.
 *
 * @param onCrash told when the simulation threw; the server then answers no more and should be closed
 * @throws when the port is taken
 */
export async function serve(
  options: ServerOptions,
  onCrash: (error: unknown) => void,
): Promise<RunningServer> {
  describeTypes();
  const token = randomBytes(24).toString("base64url");
  const cluster = new Cluster(options.config);
  const pace = new Pace(cluster.kernel, options.speed, onCrash);
  /** Each request is a cause of its own, as everything that comes from outside. */
  const fromOutside = (act: () => void): void => {
    try {
      cluster.kernel.external(act);
    } catch (error) {
      onCrash(error);
    }
  };
  const door = new Door(
    {
      stream(request, sink) {
        let call: StreamCall | undefined;
        const answered: StreamSink = {
          ...sink,
          onResponse(answer, more) {
            pace.rest();
            sink.onResponse(answer, more);
          },
        };
        fromOutside(() => (call = cluster.stream(request, answered)));
        pace.nudge();
        return {
          cancel: () => fromOutside(() => call?.cancel()),
          send: (input) => fromOutside(() => call?.send(input)),
        };
      },
      now: () => cluster.kernel.now,
    },
    token,
  );
  const port = await door.open(options.port);
  try {
    cluster.boot();
  } catch (error) {
    await door.close();
    throw error;
  }
  pace.start();
  const url = `http://127.0.0.1:${port}`;
  const file = writeKubeconfig(url, token);
  return {
    url,
    token,
    kubeconfig: file.path,
    cluster,
    async close() {
      pace.stop();
      file.remove();
      await door.close();
    },
  };
}
