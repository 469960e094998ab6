/** Something of a deployment that can be ended and started again, on the same ports and the same files. */
export interface Part extends AsyncDisposable {
  readonly name: string;
  /** Resolves when it takes requests. */
  start(): Promise<void>;
  /** As its supervisor would end it; resolves to the exit code, and to 0 where there is no process of its own. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}
