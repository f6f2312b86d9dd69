/** An etcdctl command ends with an error. Models etcd: pkg/cobrautl/error.go. */
export class CommandFailure extends Error {
  readonly code: number;
  constructor(message: string, code: number = EXIT.error) {
    super(message);
    this.code = code;
  }
}

export const EXIT = { error: 1, badConnection: 2, badFeature: 128, badArguments: 128 } as const;
