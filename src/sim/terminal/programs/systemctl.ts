/** systemctl: the services of the machine. */
import { formatTime } from "../../api/time";
import type { Task } from "../../kernel/task";
import type { ShellIo } from "../shell-io";
import { misused } from "./inputs";
import { options } from "./options";

/** What `systemctl is-active` exits with when it is not, and `status` too. */
const INACTIVE = 3;
const NOT_FOUND = 4;
const NOT_LOADED = 5;

export function* systemctl(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "lq", long: { now: "q", "no-pager": "q", quiet: "q" } });
  if (given.problem !== undefined) return misused(io, "systemctl", given.problem);
  const [verb, ...names] = given.rest;
  const { host } = io.process;
  if (verb === "daemon-reload") return 0;
  if (verb === undefined || !["start", "stop", "restart", "status", "is-active"].includes(verb)) {
    io.err(`Unknown command verb '${verb ?? ""}'. Here: start, stop, restart, status, is-active.\n`);
    return 1;
  }
  if (names.length === 0) {
    io.err("Too few arguments.\n");
    return 1;
  }
  let code = 0;
  for (const name of names.map((n) => n.replace(/\.service$/, ""))) {
    const loaded = host.units.includes(name);
    const process = host.processes.get(name);
    if (verb === "is-active") {
      io.out(process === undefined ? "inactive\n" : "active\n");
      if (process === undefined) code = INACTIVE;
    } else if (!loaded) {
      const unit = `Unit ${name}.service`;
      if (verb === "status") io.err(`${unit} could not be found.\n`);
      else io.err(`Failed to ${verb} ${name}.service: ${unit} not found.\n`);
      code = verb === "status" ? NOT_FOUND : NOT_LOADED;
    } else if (verb === "status") {
      const state =
        process === undefined
          ? "inactive (dead)"
          : `active (running) since ${formatTime(process.startedAt)}\n   Main PID: ${process.pid} (${name})`;
      io.out(`● ${name}.service\n     Loaded: loaded (enabled)\n     Active: ${state}\n`);
      if (process === undefined) code = INACTIVE;
    } else {
      if (verb !== "start") host.stopUnit(name);
      if (verb !== "stop") host.startUnit(name);
    }
  }
  return code;
}
