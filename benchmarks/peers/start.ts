/**
 * How long Deno takes from start to end with a program that does nothing; see "first-use" in peer.ts.
 *
 *   deno run -A start.ts empty <count> …
 */

/** The time of the middle one of `count` runs, since how long Deno takes to start varies more than what we add. */
export function startOf(program: string, count: number): number {
  const args = ["run", "-A", new URL(program, import.meta.url).pathname];
  const times = Array.from({ length: count }, () => {
    const start = performance.now();
    if (!new Deno.Command(Deno.execPath(), { args }).outputSync().success) {
      throw new Error(`${program} failed`);
    }
    return (performance.now() - start) * 1e6;
  });
  return times.sort((a, b) => a - b)[count >> 1];
}

if (import.meta.main) console.log(startOf("empty.ts", Number(Deno.args[1])));
