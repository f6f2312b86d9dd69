/** What the programs that serve have in common. */
import process from "node:process";

/** Ends the process once its server has closed, when it is told to stop. */
export function stopWhenTold(server: { close(): Promise<void> }): void {
  const end = (): void => void server.close().finally(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

/** Runs a program; what it fails of is said, and ends the process. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const taken = error instanceof Error && (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    console.error(taken ? "That port is taken: choose another one with --port." : error);
    process.exit(1);
  });
}
