/** The top bar: who we are, which cluster, how it is, and the view's switches. */
import { CircleHelp, List, Moon, Network, Scissors, Search, Shapes, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { ChevronDown, Eye, EyeOff } from "lucide-react";
import { Button } from "../components/button";
import { Logo } from "../components/glyphs";
import { Choice, Drop } from "../components/menu";
import { text } from "../i18n/en";
import { setTheme, useUi } from "../store/ui-store";
import type { Density } from "../store/ui-store";
import { ConnectMenu } from "./connect-menu";
import { Health } from "./health";
import { ScenarioMenu } from "./scenario-menu";

const DENSITIES = (["follow", "important", "everything"] as const).map((value) => ({
  value,
  label: text.top.densities[value],
}));

function DensityMenu(): ReactNode {
  const density = useUi((state) => state.density);
  const trigger = (
    <Button
      className="max-[1100px]:hidden"
      aria-label={`${text.top.density}: ${text.top.densities[density]}`}
    >
      {text.top.densities[density]}
      <ChevronDown size={13} aria-hidden />
    </Button>
  );
  return (
    <Drop trigger={trigger} align="end">
      <Choice<Density>
        value={density}
        options={DENSITIES}
        onChoose={(chosen) => useUi.setState({ density: chosen })}
      />
    </Drop>
  );
}

export function TopBar({ forcedList }: { readonly forcedList: boolean }): ReactNode {
  const { theme, truth, legend, list, cutting } = useUi();
  return (
    <header className="relative z-30 flex h-[44px] flex-none items-center gap-2.5 border-b border-line bg-bg2 px-3.5">
      <h1 className="flex items-center gap-2 text-[15px] font-[640] tracking-[-0.01em]">
        <Logo />
        <span className="max-sm:sr-only">{text.appName}</span>
      </h1>
      <div className="h-5 w-px bg-line max-sm:hidden" />
      <ScenarioMenu />
      <Health />
      <Button
        className="max-lg:hidden"
        label={text.top.search}
        onClick={() => useUi.setState({ palette: true })}
      >
        <Search size={14} aria-hidden />
        <kbd className="max-[1400px]:hidden">Ctrl K</kbd>
      </Button>
      <DensityMenu />
      <div className="flex gap-1 max-sm:hidden">
        <Button
          icon
          label={`${text.top.truth} (H)`}
          aria-pressed={truth}
          onClick={() => useUi.setState({ truth: !truth })}
        >
          {truth ? <Eye size={15} /> : <EyeOff size={15} />}
        </Button>
        <Button
          icon
          label={`${text.top.cut} (C)`}
          aria-pressed={cutting}
          onClick={() => useUi.setState({ cutting: !cutting })}
        >
          <Scissors size={15} />
        </Button>
        <Button
          icon
          label={`${text.top.legend} (L)`}
          aria-pressed={legend}
          onClick={() => useUi.setState({ legend: !legend })}
        >
          <Shapes size={15} />
        </Button>
        {!forcedList && (
          <Button
            icon
            label={`${list ? text.top.graph : text.top.list} (V)`}
            aria-pressed={list}
            onClick={() => useUi.setState({ list: !list })}
          >
            {list ? <Network size={15} /> : <List size={15} />}
          </Button>
        )}
      </div>
      <ConnectMenu />
      <Button
        icon
        label={theme === "dark" ? text.top.toLight : text.top.toDark}
        onClick={() => setTheme(theme === "dark" ? "light" : "dark")}
      >
        {theme === "dark" ? <Sun size={15} /> : <Moon size={15} />}
      </Button>
      <Button icon label={`${text.top.help} (?)`} onClick={() => useUi.setState({ help: true })}>
        <CircleHelp size={15} />
      </Button>
    </header>
  );
}
