/**
 * Measures cases in several languages, in rounds in which they take turns, so that whatever else the
 * machine does meets all of them alike.
 */
import { parseArgs } from "node:util";
import type { Goal } from "./goals.ts";
import { type Command, type Language, type Other, pinning } from "./languages.ts";
import { measure } from "./measure.ts";
import { Times } from "./times.ts";

/** What a peer is told to do: the same words for every language. */
export interface Program {
  /** The peer's case, as its source names it. */
  role: string;
  /** The case of a second peer of the same language, at the other end. */
  partner?: string;
  /** How many operations are timed, after as many to warm up. */
  count: number;
  /** The size of a message, a copy or an output, or whatever number the case needs. */
  bytes: number;
  /** Whether all of its processes stay on one CPU. */
  oneCpu?: boolean;
}

/** One row of the table. */
export interface Case<P extends Program = Program> {
  /** What the row is called. */
  name: string;
  /** What our library does. */
  ours: P;
  /** What the others do; absent where they have nothing like it. */
  theirs?: P;
  /** Programs of those who do it in another way, `null` for those who cannot. */
  except?: Partial<Record<Other, P | null>>;
  /** What is to be reached. */
  goals: readonly Goal[];
}

/** What is compared. */
export interface Comparison<P extends Program> {
  /** The rows. */
  cases: readonly Case<P>[];
  /** Who takes part. */
  peers: ReadonlyMap<Language, Command>;
  /** More words for a peer's command line. */
  words(program: P): readonly (string | number)[];
  /** What else is measured in every round. */
  more?: () => Promise<void>;
}

/** What a language does in a row. */
export function programOf<P extends Program>(row: Case<P>, language: Language): P | undefined {
  if (language === "Deno") return row.ours;
  const exception = row.except?.[language];
  return exception === undefined ? row.theirs : exception ?? undefined;
}

/** Runs as many rounds as the command line wants, `usual` ones by default. */
export async function compare<P extends Program>(
  { cases, peers, words, more }: Comparison<P>,
  usual: number,
): Promise<Times> {
  const rounds = roundsWanted(usual);
  const pin = await pinning();
  const times = new Times();
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    for (const row of cases) await measureRow(row, round);
    await more?.();
  }
  return times;

  /** Measures a row in every language; rows may share programs, which run once in each round. */
  async function measureRow(row: Case<P>, round: number): Promise<void> {
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

function roundsWanted(usual: number): number {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: `${usual}` } } });
  const rounds = Number(values.rounds);
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  throw new RangeError(`--rounds must be an integer from 1 on, got ${values.rounds}`);
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
