/**
 * etcd leases shared by many short-lived objects (apiserver `pkg/storage/etcd3/lease_manager.go`): one lease serves
 * all that is written within a minute, so that a flood of events does not mean a flood of leases.
 */
import { ok, type Result } from "../../../shared/result";
import type { EtcdError } from "../../etcd/records";
import { Future } from "../../kernel/future";
import type { Kernel } from "../../kernel/kernel";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { EtcdPort } from "./etcd-port";

const REUSE_SECONDS = 60;
const OBJECTS_MAX = 1000;

export class EventLeases {
  readonly #kernel: Kernel;
  readonly #etcd: EtcdPort;
  #lease = 0;
  #expires: Micros = 0;
  #attached = 0;
  #granting: Future<void> | undefined;

  constructor(kernel: Kernel, etcd: EtcdPort) {
    this.#kernel = kernel;
    this.#etcd = etcd;
  }

  /** A lease that lasts at least `ttl` seconds and at most a minute longer. */
  *leaseFor(ttl: number): Task<Result<number, EtcdError>> {
    for (;;) {
      const reusable = this.#kernel.now + ttl * SECOND <= this.#expires && this.#attached < OBJECTS_MAX;
      if (reusable) {
        this.#attached++;
        return ok(this.#lease);
      }
      if (this.#granting === undefined) break;
      yield* this.#granting;
    }
    const granting = new Future<void>(this.#kernel);
    this.#granting = granting;
    const whole = ttl + Math.min(REUSE_SECONDS, Math.floor(ttl / 20));
    const granted = yield* this.#etcd.grant(whole);
    if (granted.ok) {
      this.#lease = granted.value;
      this.#expires = this.#kernel.now + whole * SECOND;
      this.#attached = 1;
    }
    this.#granting = undefined;
    granting.resolve();
    return granted;
  }
}
