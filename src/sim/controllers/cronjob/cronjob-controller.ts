/**
 * Makes Jobs by the clock (`pkg/controller/cronjob/cronjob_controllerv2.go`). It does not poll: each CronJob is looked
 * at when it is next due.
 */
import { cronJobs } from "../../api/kinds/cron-job";
import { jobs } from "../../api/kinds/job";
import type { CronJob, Job } from "../../api/types";
import type { Informer } from "../../client/informer";
import { BY_CONTROLLER, indexByController } from "../../client/lister";
import type { Task } from "../../kernel/task";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import { ownerOf } from "../owners";
import type { Controller } from "../table";
import { CronTurn, type CronTools } from "./turn";

const NAME = "cronjob-controller";
const WORKERS = 5;

class CronJobController implements Controller {
  readonly engine: Engine;
  readonly #cronJobs: Informer<CronJob>;
  readonly #jobs: Informer<Job>;
  readonly #tools: CronTools;

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#cronJobs = informers.informer(cronJobs);
    this.#jobs = informers.informer(jobs);
    indexByController(this.#jobs);
    this.engine = new Engine(process, { name: NAME, workers: WORKERS, sync: (key) => this.#sync(key) });
    const { engine } = this;
    this.#tools = { process, client: context.client(NAME), recorder: context.recorder(NAME), engine };
    this.#cronJobs.addHandler({ onAdd: engine.enqueue, onUpdate: (_old, job) => engine.enqueue(job) });
    const wake = (job: Job): void => this.#wakeOwner(job);
    this.#jobs.addHandler({ onAdd: wake, onUpdate: (_old, job) => wake(job), onDelete: wake });
  }

  start(): void {
    this.engine.start([this.#cronJobs.synced, this.#jobs.synced]);
  }

  #wakeOwner(job: Job): void {
    const owner = ownerOf(this.#cronJobs, job);
    if (owner !== undefined) this.engine.enqueue(owner);
  }

  *#sync(key: string): Task<SyncError> {
    const cronJob = this.#cronJobs.get(key);
    if (cronJob === undefined) return undefined;
    const children = [...(this.#jobs.bucket(BY_CONTROLLER, cronJob.metadata.uid)?.values() ?? [])];
    return yield* new CronTurn(this.#tools, key, cronJob, children).run();
  }
}

/** The controller of CronJobs. */
export function cronJobController(context: ControllerContext): Controller {
  return new CronJobController(context);
}
