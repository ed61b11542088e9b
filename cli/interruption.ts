/** Interruption: the signals by which a person or a system asks the command to stop. The second one is obeyed at once. */
import { EXIT } from "./exit-code.ts";

export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
}

export function interruption(): Interruption {
  const abort = new AbortController();
  const hear = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    abort.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, hear);
  return {
    signal: abort.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
