/**
 * Measures areas in rounds, in which the languages take turns, so that whatever else the machine does
 * meets all of them alike.
 */
import { type Area, type Prepared, type Program, programOf } from "./compare.ts";
import { type Command, findPeers, type Language, pinning } from "./languages.ts";
import { measure } from "./measure.ts";
import { Times } from "./times.ts";

/** An area, and who takes part in it. */
export interface Stand {
  /** What is measured. */
  area: Area;
  /** How each language's program is started. */
  peers: ReadonlyMap<Language, Command>;
  /** More words for the command line of every program. */
  words: Prepared<Program>["words"];
}

/** Makes what `areas` need below `directory`, or until `stack` is disposed, and finds who takes part. */
export async function prepareAll(
  areas: readonly Area[],
  directory: string,
  stack: DisposableStack,
): Promise<Stand[]> {
  const stands: Stand[] = [];
  for (const area of areas) {
    const own = `${directory}/${stands.length}`;
    Deno.mkdirSync(own);
    const { finders, words } = await area.prepare(own, stack);
    stands.push({ area, peers: await findPeers(area.name, finders), words });
  }
  return stands;
}

/** Measures all that is at `stands`, `rounds` times. */
export async function measureAll(stands: readonly Stand[], rounds: number): Promise<Times> {
  const start = performance.now();
  const times = new Times();
  const pin = await pinning();
  for (let round = 1; round <= rounds; round++) {
    for (const stand of stands) {
      const minutes = ((performance.now() - start) / 60_000).toFixed(1);
      console.error(`round ${round} of ${rounds}: ${stand.area.name} (${minutes} min so far)`);
      await measureStand(stand, pin, times, round);
    }
  }
  return times;
}

/** Measures each row in every language; rows may share programs, which run once in each round. */
async function measureStand(
  { area, peers, words }: Stand,
  pin: Command,
  times: Times,
  round: number,
): Promise<void> {
  for (const row of area.cases) {
    for (const [language, command] of peers) {
      const program = programOf(row, language);
      if (program === undefined) continue;
      const known = times.of(program, language);
      if (known.length === round) continue;
      const prefix = program.oneCpu ? pin : [];
      known.push(await measure([...prefix, ...command], program, words(program)));
    }
  }
}

/** A directory that is removed with `stack`, which SIGINT and SIGTERM dispose. */
export function workplace(stack: DisposableStack): string {
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      stack.dispose();
      Deno.exit(status); // as a shell calls it
    });
  }
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_benchmark_" });
  stack.defer(() => Deno.removeSync(directory, { recursive: true }));
  return directory;
}
