import type { Connection } from "./connection";
import { Future } from "./future";
import type { Host } from "./host";
import type { Kernel } from "./kernel";
import type { Acceptor, DatagramHandler, Listener, RequestHandler } from "./listener";
import { EXIT, Thread } from "./thread";
import type { Task } from "./task";
import type { Micros } from "./time";

/** How a process ended. `code` as the shell tells it: 0 fine, 137 killed. */
export interface ExitStatus {
  readonly code: number;
  /** Completed, Error, OOMKilled, Killed, … */
  readonly reason: string;
}

/** The main program of a process: when it returns, the process exits with code 0. */
export type Program = (process: Process) => Task<void>;

/** A line of output. What is seldom read is put into words when it is. */
export type Line = string | (() => string);

/** Options of a connection. */
export interface ConnectOptions {
  /** Who the client proves to be (its certificate); the server sees it as `connection.identity`. */
  readonly identity?: unknown;
  /** Give up connecting after this long; default 30 s. */
  readonly dialTimeout?: Micros;
  /** A dead path is noticed after this long (HTTP/2 ping 30 s + 15 s is the default of client-go). */
  readonly keepalive?: Micros;
}

/**
 * A process on a host: memory of its own, threads, open ports and connections. It sees nothing but what
 * reaches it over the network and its own host's disk.
 */
export class Process {
  readonly pid: number;
  readonly name: string;
  readonly host: Host;
  readonly kernel: Kernel;
  /** Address it listens on and speaks from: the host's, or its pod's. */
  readonly ip: string;
  readonly startedAt: Micros;
  readonly exited: Future<ExitStatus>;
  readonly connections = new Set<Connection>();
  /** What the component inside shows of itself to the read model; nobody else may look. */
  view: unknown;
  /** Under which name the host accounts for it (its control group); undefined: under its own. */
  group: string | undefined;
  /** Who reads what it prints (its standard output); undefined: nobody. */
  output: ((line: Line) => void) | undefined;
  /** Memory that it uses right now, in bytes. */
  memoryBytes = 0;
  #cpuMilli = 0;
  #cpuSince: Micros = 0;
  #cpuTime: Micros = 0;
  readonly #threads = new Set<Thread>();
  readonly #listeners: Listener[] = [];
  readonly #program: Program;
  #main: Thread | undefined;
  #alive = true;

  constructor(host: Host, name: string, program: Program, ip: string) {
    this.host = host;
    this.kernel = host.kernel;
    this.pid = host.kernel.newPid();
    this.name = name;
    this.ip = ip;
    this.startedAt = host.kernel.now;
    this.exited = new Future(host.kernel);
    this.#program = program;
  }

  /** `host/name`: how the stage and the trace call it. */
  get id(): string {
    return `${this.host.name}/${this.name}`;
  }

  /** CPU that it uses right now, in millicores. */
  get cpuMilli(): number {
    return this.#cpuMilli;
  }

  set cpuMilli(milli: number) {
    this.#cpuTime = this.cpuTime;
    this.#cpuSince = this.kernel.now;
    this.#cpuMilli = milli;
  }

  /** CPU time that it has used since its start. */
  get cpuTime(): Micros {
    return this.#cpuTime + Math.round(((this.kernel.now - this.#cpuSince) * this.#cpuMilli) / 1000);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Number of its open ports. */
  get listening(): number {
    return this.#listeners.length;
  }

  get now(): Micros {
    return this.kernel.now;
  }

  /** Starts the main program. Called by the host. */
  main(): void {
    try {
      const task = this.#program(this);
      this.#main = this.#thread("main", task) as Thread;
      this.#main.start();
    } catch (e) {
      // It ended itself before it had a first thread.
      if (e !== EXIT || this.#alive) throw e;
    }
  }

  /** Runs a task as a thread of this process. Of a process that has ended, nothing runs. */
  spawn<T>(name: string, task: Task<T>): Thread<T> {
    const thread = this.#thread(name, task);
    if (this.#alive) thread.start();
    else thread.kill();
    return thread;
  }

  /** Ends this process from within its own tasks and handlers; does not return. */
  exit(code: number, reason: string): never {
    this.#end({ code, reason }, false);
    throw EXIT;
  }

  /** Kills it from outside (SIGKILL): peers see their connections reset. */
  kill(status: ExitStatus = { code: 137, reason: "Error" }): void {
    this.#end(status, false);
  }

  /** The host lost its power: gone without a word. Called by the host. */
  vanish(): void {
    this.#end({ code: 137, reason: "PowerLoss" }, true);
  }

  /** Serves requests on a port of this process's address. A port that is taken ends the process with code 1. */
  listen(port: number | string, onRequest: RequestHandler): void {
    this.#listen({ process: this, port, onRequest });
  }

  /** Listens as a proxy of connections: `accept` names where each one goes on to. */
  listenProxy(port: number, accept: Acceptor): void {
    this.#listen({ process: this, port, accept });
  }

  /** Receives datagrams on a port: small messages that may be lost. */
  listenDatagrams(port: number, onDatagram: DatagramHandler): void {
    this.#listen({ process: this, port, onDatagram });
  }

  /** Prepares a connection; it is made when the first request is sent. */
  connect(ip: string, port: number | string, options: ConnectOptions = {}): Connection {
    return this.kernel.network.connect(this, ip, port, options);
  }

  /** Sends a datagram: fire and forget. */
  send(ip: string, port: number, payload: unknown, quiet?: boolean): void {
    if (this.#alive) this.kernel.network.datagram(this, ip, port, payload, quiet);
  }

  /** Prints a line to its standard output. */
  print(line: Line): void {
    this.output?.(line);
  }

  /** Records a lasting fact in this process's name. */
  fact(kind: string, subject: string, data: unknown): void {
    this.kernel.fact(kind, subject, data, { host: this.host.name, process: this.name });
  }

  #thread<T>(name: string, task: Task<T>): Thread<T> {
    const thread = new Thread<T>(this.kernel, name, task, (t) => this.#ended(t as Thread));
    if (this.#alive) this.#threads.add(thread as Thread);
    return thread;
  }

  #listen(listener: Listener): void {
    if (!this.#alive) return;
    if (this.host.openPort(this.ip, listener)) {
      this.#listeners.push(listener);
      return;
    }
    this.fact("port-in-use", this.id, { port: listener.port });
    this.exit(1, "Error");
  }

  #ended(thread: Thread): void {
    this.#threads.delete(thread);
    if (thread === this.#main && this.#alive) this.#end({ code: 0, reason: "Completed" }, false);
  }

  #end(status: ExitStatus, silent: boolean): void {
    if (!this.#alive) return;
    this.#alive = false;
    // Even a process that ends in the middle of a heartbeat is news.
    this.kernel.setQuiet(false);
    for (const t of this.#threads) t.kill();
    this.#threads.clear();
    for (const l of this.#listeners) this.host.closePort(this.ip, l);
    this.#listeners.length = 0;
    for (const c of this.connections) c.processGone(this, silent);
    this.connections.clear();
    this.view = undefined;
    this.cpuMilli = 0;
    this.memoryBytes = 0;
    this.host.processEnded(this, status, silent);
    if (!silent) this.exited.resolve(status);
  }
}
