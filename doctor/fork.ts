/**
 * Forks for real, in this very run.
 */
import { fork } from "../process/mod.ts";

/** Throws unless a forked child does what it shall. */
export async function tryFork(): Promise<void> {
  const { code } = await fork(() => 42).status;
  if (code !== 42) throw new Error(`a forked child ended with ${code} instead of 42`);
}

if (import.meta.main) await tryFork();
