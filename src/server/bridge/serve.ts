import { randomBytes } from "node:crypto";
import { forbidden } from "../../sim/api/status";
import { Door } from "../door";
import { ownHosts } from "../guard";
import { writeKubeconfig } from "../kubeconfig";
import { refuse } from "../refuse";
import { Relay } from "./relay";
import { isOurs, site } from "./site";

/** The page and its bridge, at one address. */
export interface RunningBridge {
  readonly url: string;
  /** Path of the kubeconfig that was written; gone after `close`. */
  readonly kubeconfig: string;
  readonly commands: { readonly sh: string; readonly powershell: string };
  close(): Promise<void>;
}

/**
 * Serves the built page in `dir` on loopback, and on the same port the API of the cluster in its tab.
 *
 * @throws when the port is taken
 */
export async function serveBridge(dir: string, port: number): Promise<RunningBridge> {
  const token = randomBytes(24).toString("base64url");
  const relay = new Relay();
  let hosts: ReadonlySet<string> = new Set();
  let commands = { sh: "", powershell: "" };
  const door = new Door(relay, token, {
    handle: site({ dir, hosts: () => hosts, offer: () => ({ token: relay.tabToken, commands }) }),
    upgrade(request, socket, head) {
      if (!request.url?.startsWith("/bridge/")) return false;
      const headers = new Headers(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
      // A WebSocket is open to every page's scripts: the browser's word on where it comes from is asked for.
      const ours = headers.has("origin") && isOurs(headers, hosts);
      if (!ours || !relay.admit(request, socket, head)) {
        refuse(
          socket,
          forbidden({ group: "", resource: "" }, "", "only the page of this server may do this"),
        );
      }
      return true;
    },
  });
  const actual = await door.open(port);
  hosts = ownHosts(actual);
  const url = `http://127.0.0.1:${actual}`;
  relay.address = `${url}/`;
  const file = writeKubeconfig(url, token);
  commands = {
    sh: `export KUBECONFIG=${file.path}`,
    powershell: `$env:KUBECONFIG = '${file.path}'`,
  };
  return {
    url,
    kubeconfig: file.path,
    commands,
    async close() {
      file.remove();
      relay.close();
      await door.close();
    },
  };
}
