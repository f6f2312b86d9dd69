import { EtcdView } from "../etcd/view";
import type { Host } from "../kernel/host";

/** What the etcd member on a host shows of itself; undefined while none runs there. For read models only. */
export function memberOf(host: Host): EtcdView | undefined {
  const view = host.processes.get("etcd")?.view;
  return view instanceof EtcdView ? view : undefined;
}
