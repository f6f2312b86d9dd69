/** What really runs on the hosts, as their container runtimes and processes have it. */

export interface ActualContainer {
  readonly name: string;
  readonly image: string;
  /** A live process on the host. */
  readonly alive: boolean;
  readonly exited: boolean;
}

export interface ActualPodState {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly containers: readonly ActualContainer[];
  /** All of its containers would answer a readiness probe now. */
  readonly serving: boolean;
}
