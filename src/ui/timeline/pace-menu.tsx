/** How virtual time follows the wall clock. */
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { setPace } from "../actions/global-actions";
import { Button } from "../components/button";
import { Choice, Drop } from "../components/menu";
import { speedText, text } from "../i18n/en";
import { useCluster } from "../store/cluster-store";
import type { Pace } from "../../worker/protocol/protocol";

const SPEEDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];

const keyOf = (pace: Pace): string => (pace.mode === "speed" ? String(pace.speed) : pace.mode);

function paceOf(key: string): Pace {
  if (key === "director" || key === "max") return { mode: key };
  return { mode: "speed", speed: Number(key) };
}

const nameOf = (pace: Pace): string => {
  if (pace.mode === "director") return text.transport.director;
  return pace.mode === "max" ? text.transport.max : speedText(pace.speed);
};

const OPTIONS = [
  { value: "director", label: text.transport.director, hint: text.transport.directorHint },
  ...SPEEDS.map((speed) => ({ value: String(speed), label: speedText(speed) })),
  { value: "max", label: text.transport.max },
];

export function PaceMenu(): ReactNode {
  const pace = useCluster((state) => state.clock.pace);
  // What the director does right now, in the coarse steps that the button shows.
  const now = useCluster(({ clock }) =>
    clock.playing && pace.mode !== "speed" ? speedText(clock.speed) : "",
  );
  const trigger = (
    <Button aria-label={`${text.transport.pace}: ${nameOf(pace)}`} className="pace-button">
      <span className="max-[480px]:hidden">{nameOf(pace)}</span>
      <span className="mono w-[38px] text-right text-[11px] text-dim max-md:hidden">{now}</span>
      <ChevronDown size={13} aria-hidden />
    </Button>
  );
  return (
    <Drop trigger={trigger} side="top">
      <Choice value={keyOf(pace)} options={OPTIONS} onChoose={(key) => setPace(paceOf(key))} />
    </Drop>
  );
}
