/** The outside world at the left: the operator, the cloud, the users; and the load balancer on top. */
import { clsx } from "clsx";
import { Cloud, Laptop, Users } from "lucide-react";
import { memo } from "react";
import type { ReactNode } from "react";
import { text } from "../i18n/en";
import { sceneOf, useCluster } from "../store/cluster-store";
import { entityMark } from "./entity";
import { useHost, useSelected } from "./use-scene";

const ICON = { size: 26, strokeWidth: 1.5, "aria-hidden": true } as const;

function You(): ReactNode {
  return (
    <>
      <Laptop {...ICON} />
      <span className="text-ink">{text.stage.you}</span>
      <small className="mono">{text.stage.kubectl}</small>
    </>
  );
}

function TheCloud(): ReactNode {
  const cloud = useCluster((state) => sceneOf(state)?.cloud);
  return (
    <>
      <Cloud {...ICON} />
      {text.stage.cloud}
      {cloud && !cloud.up && <b className="block text-[12px] text-bad">{text.stage.cloudDown}</b>}
      <small>{text.stage.machines(cloud?.machines ?? 0)}</small>
      <small>{text.stage.loadBalancers(cloud?.loadBalancers ?? 0)}</small>
    </>
  );
}

function TheUsers(): ReactNode {
  const traffic = useCluster((state) => sceneOf(state)?.traffic);
  const known = traffic !== undefined && traffic.okShare >= 0;
  const failing = known && traffic.okShare < 0.995;
  return (
    <>
      <Users {...ICON} />
      {text.stage.users}
      <b
        className={clsx("mono block text-[12px]", failing ? "text-bad" : "text-ink")}
        title={traffic?.lastError ?? ""}
      >
        {known ? text.stage.served(Math.floor(traffic.okShare * 100)) : text.stage.noTraffic}
      </b>
      <small>{text.stage.rate(traffic?.requestsPerSecond ?? 0)}</small>
    </>
  );
}

const FACES: Readonly<Record<string, () => ReactNode>> = {
  workstation: You,
  cloud: TheCloud,
  users: TheUsers,
};

export const OutsideCard = memo(function OutsideCard({ id }: { readonly id: string }): ReactNode {
  const selected = useSelected("host", id);
  const Face = FACES[id] ?? You;
  return (
    <button
      type="button"
      className={clsx("outside", selected && "selected")}
      data-host={id}
      data-entity={entityMark("host", id)}
    >
      <Face />
    </button>
  );
});

export const LoadBalancerCard = memo(function LoadBalancerCard(): ReactNode {
  const host = useHost("load-balancer");
  const selected = useSelected("host", "load-balancer");
  return (
    <button
      type="button"
      className={clsx("card lb", selected && "selected")}
      data-host="load-balancer"
      data-entity={entityMark("host", "load-balancer")}
    >
      {text.stage.loadBalancer}
      {host?.ip && <span className="mono fine text-dim">{host.ip}:6443</span>}
      <span className="ml-auto">{host?.processes.find(({ name }) => name === "haproxy")?.detail}</span>
    </button>
  );
});
