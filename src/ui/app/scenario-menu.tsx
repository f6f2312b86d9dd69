/** Which cluster: its size, where it stands, a new one, or the same from the start. */
import { ChevronDown, Plus } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { restartAction } from "../actions/global-actions";
import { addWorkerAction } from "../actions/host-actions";
import { perform } from "../actions/registry";
import { attempt } from "../actions/requests";
import { Button } from "../components/button";
import { text } from "../i18n/en";
import { listsOf, useCluster } from "../store/cluster-store";
import { startSession } from "../store/session";
import { recentre, select } from "../store/ui-store";

const MASTERS = [1, 3, 5, 7];
const MOST_WORKERS = 5000;
const MOST_SEED = 2 ** 32 - 1;

function Segments(props: {
  readonly legend: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <fieldset className="m-0 border-0 p-0">
      <legend className="mb-1 text-[11px] font-semibold text-dim">{props.legend}</legend>
      <div className="flex gap-1">
        {props.options.map(({ value, label }) => (
          <label key={value} className="btn flex-1 has-checked:border-gold has-checked:text-ink">
            <input
              type="radio"
              className="sr-only"
              name={props.legend}
              value={value}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function NumberField(props: {
  readonly label: string;
  readonly max: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <label className="grid flex-1 gap-1 text-[11px] font-semibold text-dim">
      {props.label}
      <input
        className="field w-full"
        type="number"
        min={0}
        max={props.max}
        required
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </label>
  );
}

function NewClusterForm({ close }: { readonly close: () => void }): ReactNode {
  const config = useCluster((state) => state.config);
  const [masters, setMasters] = useState(String(config.masters));
  const [workers, setWorkers] = useState(String(config.workers));
  const [seed, setSeed] = useState(String(config.seed));
  const [cloud, setCloud] = useState(config.cloud);
  const build = (event: FormEvent): void => {
    event.preventDefault();
    close();
    select(null);
    recentre();
    const next = { ...config, masters: Number(masters), workers: Number(workers), seed: Number(seed), cloud };
    attempt(text.scenario.create, startSession(next));
  };
  return (
    <form className="grid gap-3" onSubmit={build}>
      <h2 className="text-[13.5px] font-semibold">{text.scenario.title}</h2>
      <Segments
        legend={text.scenario.masters}
        options={MASTERS.map((count) => ({ value: String(count), label: String(count) }))}
        value={masters}
        onChange={setMasters}
      />
      <Segments
        legend={text.scenario.place}
        options={[
          { value: "cloud", label: text.scenario.cloud },
          { value: "on-premises", label: text.scenario.onPremises },
        ]}
        value={cloud ? "cloud" : "on-premises"}
        onChange={(value) => setCloud(value === "cloud")}
      />
      <div className="flex gap-2">
        <NumberField label={text.scenario.workers} max={MOST_WORKERS} value={workers} onChange={setWorkers} />
        <NumberField label={text.scenario.seed} max={MOST_SEED} value={seed} onChange={setSeed} />
      </div>
      <Button tone="primary" type="submit">
        {text.scenario.create}
      </Button>
      <div className="flex gap-1 border-t border-line pt-3">
        <Button
          className="flex-1"
          onClick={() => {
            close();
            perform(restartAction);
          }}
        >
          {text.scenario.reset}
        </Button>
        <Button className="flex-1" onClick={() => perform(addWorkerAction)}>
          <Plus size={14} aria-hidden />
          {text.scenario.addWorker}
        </Button>
      </div>
    </form>
  );
}

export function ScenarioMenu(): ReactNode {
  const [open, setOpen] = useState(false);
  const label = useCluster((state) => {
    const { masters, workers } = listsOf(state);
    return text.scenario.label(masters.length, workers.length);
  });
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button tone="plain" aria-label={`${text.scenario.open}: ${label}`}>
          <span className="max-md:hidden">{label}</span>
          <span className="md:hidden">{text.scenario.open}</span>
          <ChevronDown size={13} aria-hidden />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="panel z-50 w-[300px] p-4"
          align="start"
          sideOffset={8}
          collisionPadding={8}
        >
          <NewClusterForm close={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
