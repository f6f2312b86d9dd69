/**
 * The one terminal of the page: xterm's screen with a console behind it. It outlives the panel, which only lends it
 * a place in the document.
 */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal, type ILink, type ITheme } from "@xterm/xterm";
import type { TerminalNews } from "../../worker/protocol/protocol";
import { clockText, text } from "../i18n/en";
import { currentScene, sceneOf, useCluster } from "../store/cluster-store";
import { takeTyped } from "../store/early-typing";
import { onKubectlNotes } from "../store/kubectl-log";
import { send } from "../store/session";
import { onTerminalNews } from "../store/terminal-news";
import { select, useUi } from "../store/ui-store";
import { Console } from "./console";
import { openEditor } from "./editing";
import { RowMemory, entityOf } from "./object-refs";

const SESSION = "1";
/** Lines that can be scrolled back to. */
const SCROLLBACK = 5000;

export interface TerminalScreen {
  readonly console: Console;
  /** Shows it inside `place`. */
  readonly mount: (place: HTMLElement) => void;
  readonly fit: () => void;
  readonly focus: () => void;
  readonly setReader: (on: boolean) => void;
  readonly setFontSize: (size: number) => void;
  readonly onChange: (tell: () => void) => () => void;
  /** Types a line as if it came from the keyboard. */
  readonly enter: (line: string) => void;
}

function themeOf(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: token("--bg2"),
    foreground: token("--ink"),
    cursor: token("--gold"),
    cursorAccent: token("--bg2"),
    selectionBackground: token("--line2"),
    black: token("--bg"),
    white: token("--ink"),
    brightBlack: token("--dim"),
    brightWhite: token("--ink"),
    red: token("--bad-text"),
    green: token("--ready-text"),
    yellow: token("--gold"),
    blue: token("--pull"),
    magenta: token("--unknown"),
    cyan: token("--creating"),
    brightRed: token("--bad-text"),
    brightGreen: token("--ready-text"),
    brightYellow: token("--gold"),
    brightBlue: token("--pull"),
    brightMagenta: token("--unknown"),
    brightCyan: token("--creating"),
  };
}

function newTerminal(): Terminal {
  return new Terminal({
    allowProposedApi: true,
    convertEol: true,
    cursorBlink: false,
    cursorStyle: "bar",
    cursorWidth: 2,
    cursorInactiveStyle: "outline",
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
    fontSize: 13,
    lineHeight: 1.2,
    fontWeight: 450,
    fontWeightBold: 650,
    minimumContrastRatio: 4.5,
    scrollback: SCROLLBACK,
    theme: themeOf(document.documentElement),
  });
}

/** The whole text of the line that a row of the screen belongs to, wrapped rows put together, and its first row. */
function lineAt(
  terminal: Terminal,
  row: number,
): { readonly text: string; readonly from: number; readonly to: number } {
  const buffer = terminal.buffer.active;
  let from = row;
  while (from > 0 && buffer.getLine(from)?.isWrapped === true) from--;
  let to = from;
  let text = buffer.getLine(from)?.translateToString() ?? "";
  while (buffer.getLine(to + 1)?.isWrapped === true) text += buffer.getLine(++to)?.translateToString() ?? "";
  return { text: text.trimEnd(), from, to };
}

/** Lines about an object light it up on the stage while the pointer is over them, and select it when clicked. */
function linkRows(terminal: Terminal, rows: RowMemory): void {
  terminal.registerLinkProvider({
    provideLinks(y, give) {
      const { text, from, to } = lineAt(terminal, y - 1);
      const ref = rows.find(text);
      if (ref === undefined) {
        give(undefined);
        return;
      }
      const entity = () => entityOf(ref, currentScene());
      const link: ILink = {
        text,
        range: { start: { x: 1, y: from + 1 }, end: { x: terminal.cols, y: to + 1 } },
        decorations: { pointerCursor: true, underline: false },
        activate: () => select(entity()),
        hover: () => useUi.setState({ pointed: entity() }),
        leave: () => useUi.setState({ pointed: null }),
      };
      give([link]);
    },
  });
}

function newConsole(terminal: Terminal, changed: () => void): Console {
  return new Console(
    {
      columns: () => terminal.cols,
      write: (text) => terminal.write(text),
      clear: () => terminal.write("\u001B[H\u001B[2J\u001B[3J"),
    },
    {
      run: (line, width) => send({ t: "shell", session: SESSION, line, width }),
      input: (id, input) => send({ t: "shell-input", id, input }),
      complete: (text, width) => send({ t: "complete", session: SESSION, text, width }),
      unfinished: (line) => send({ t: "unfinished", line }),
      state: () => send({ t: "shell-state", session: SESSION }),
    },
    changed,
  );
}

/** Tells the console when the cluster went back in time or was replaced. */
function followTime(console: Console): void {
  let { epoch, config } = useCluster.getState();
  useCluster.subscribe((state) => {
    if (state.epoch === epoch || state.status !== "running") return;
    const another = state.config !== config;
    ({ epoch, config } = state);
    useUi.setState({ pointed: null });
    const opened = sceneOf(state)?.openedAt ?? 0;
    const { rewound, another: anew } = text.terminal;
    const word = another ? anew : rewound(clockText(state.clock.time - opened));
    void console.rewound(word).catch(() => {});
  });
}

let made: TerminalScreen | undefined;

/** The terminal, made when it is first asked for. */
export function terminalScreen(): TerminalScreen {
  return (made ??= make());
}

function make(): TerminalScreen {
  const terminal = newTerminal();
  const fitter = new FitAddon();
  terminal.loadAddon(fitter);
  const rows = new RowMemory();
  const listeners = new Set<() => void>();
  const console = newConsole(terminal, () => listeners.forEach((tell) => tell()));
  const home = document.createElement("div");
  home.className = "terminal-home";

  terminal.onData((data) => console.type(data));
  // Resizing wraps lines anew, and the line at the prompt with them.
  terminal.onResize(() => console.refresh());
  terminal.attachCustomKeyEventHandler((event) => ownKey(event, terminal));
  linkRows(terminal, rows);
  onTerminalNews((news: TerminalNews) => {
    if (news.session !== SESSION) return;
    if (news.t === "edit")
      openEditor({ name: news.name, text: news.text, done: (saved) => console.edited(news.id, saved) });
    if (news.t === "output" && news.ref) rows.note(news.text, news.ref);
    console.hear(news);
  });
  useUi.subscribe((state, before) => {
    if (state.theme !== before.theme) terminal.options.theme = themeOf(document.documentElement);
  });

  let opened = false;
  const fit = (): void => {
    if (home.clientHeight > 0) fitter.fit();
  };
  return {
    console,
    fit,
    mount(place) {
      place.append(home);
      if (opened) {
        fit();
        return;
      }
      opened = true;
      terminal.open(home);
      fit();
      followTime(console);
      const early = takeTyped();
      if (early !== "") console.type(early);
      void console
        .begin()
        .then(() => onKubectlNotes((line) => console.note(line)))
        .catch(() => {});
    },
    focus: () => terminal.focus(),
    setReader: (on) => void (terminal.options.screenReaderMode = on),
    setFontSize(size) {
      if (terminal.options.fontSize === size) return;
      terminal.options.fontSize = size;
      fit();
    },
    onChange(tell) {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    enter: (line) => console.type(`\u0015${line}\r`),
  };
}

/** Keys that are not for the shell. @returns whether xterm should take the key */
function ownKey(event: KeyboardEvent, terminal: Terminal): boolean {
  if (event.type !== "keydown") return true;
  const control = event.ctrlKey || event.metaKey;
  if (event.key === "Escape" || (event.key === "Tab" && event.shiftKey) || (control && event.key === "`")) {
    event.preventDefault();
    event.stopPropagation();
    document.getElementById("dock-tab-kubectl")?.focus();
    return false;
  }
  // Copying what is selected; without a selection Ctrl+C stops what runs.
  if (control && event.key.toLowerCase() === "c" && terminal.hasSelection()) return false;
  if (control && event.key.toLowerCase() === "v") return false;
  // On a Mac the command key belongs to the page and the browser.
  return !event.metaKey;
}
