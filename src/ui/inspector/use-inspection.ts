/** What the worker knows of one thing, asked again while it is looked at and time passes. */
import { useEffect, useState } from "react";
import { send } from "../store/session";
import { useCluster } from "../store/cluster-store";
import type { Entity } from "../store/ui-store";
import type { Inspection, InspectTarget } from "../../worker/protocol/protocol";

/** At most twice a second. */
const REFRESH_MS = 500;

export function targetOf(entity: Entity): InspectTarget | undefined {
  switch (entity.kind) {
    case "pod":
      return { kind: "pod", uid: entity.id };
    case "host":
      return { kind: "host", host: entity.id };
    case "process": {
      const slash = entity.id.indexOf("/");
      return { kind: "process", host: entity.id.slice(0, slash), process: entity.id.slice(slash + 1) };
    }
    case "workload":
      return { kind: "workload", id: entity.id };
    case "service":
      return { kind: "service", id: entity.id };
    case "link":
      return undefined;
  }
}

/** undefined = not answered yet; null = it is gone. */
export function useInspection(entity: Entity): Inspection | null | undefined {
  const [found, setFound] = useState<Inspection | null | undefined>(undefined);
  const { kind, id } = entity;
  useEffect(() => {
    const target = targetOf({ kind, id } as Entity);
    if (!target) return;
    let over = false;
    let askedAt = -1;
    let asking = false;
    const ask = async (): Promise<void> => {
      const { frame } = useCluster.getState();
      if (asking || frame === askedAt) return;
      asking = true;
      askedAt = frame;
      try {
        const answer = await send({ t: "inspect", target });
        if (!over) setFound(answer);
      } catch {
        if (!over) setFound(null);
      }
      asking = false;
    };
    void ask();
    const timer = setInterval(() => void ask(), REFRESH_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [kind, id]);
  return found;
}
