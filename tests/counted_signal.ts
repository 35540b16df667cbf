/**
 * Signals that tell who listens to them.
 */

/** The signal of `controller`, and how many listen to it. */
export function counted(
  { signal }: AbortController,
): { signal: AbortSignal; listeners: () => number } {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => {
    count++;
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    count--;
    Reflect.apply(removeEventListener, signal, args);
  };
  return { signal, listeners: () => count };
}
