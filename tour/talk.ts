/**
 * The program on the other end of a pipe: Perl, or the shell where there is no Perl.
 */
import {
  type Child,
  type ChildDescriptors,
  type ModuleOptions,
  spawnModule,
} from "../process/mod.ts";
import type { Company } from "./row.ts";

/** The program on the other end. */
export interface Talker {
  /** What it is called. */
  readonly name: string;
  /** Its command and arguments, to have it do something; see tour/peers/talk.pl. */
  talk(action: string, ...args: (string | number)[]): [command: string, args: string[]];
}

/** Who talks with us. */
export function talker({ perl }: Company): Talker {
  const [name, command, file] = perl ? ["Perl", "perl", "talk.pl"] : ["the shell", "sh", "talk.sh"];
  return {
    name,
    talk: (...words) => [command, [`${import.meta.dirname}/peers/${file}`, ...words.map(String)]],
  };
}

/** How another Deno is started. */
export interface AnotherOptions {
  /** What it finds at its descriptors. */
  fds: ChildDescriptors;
  /** Whether it can fork. Default false. */
  forkable?: boolean;
  /** Which of the modules in tour/peers it runs. Default "itself". */
  module?: "itself" | "signals" | "sockets";
  /** What it may do. Default what we may. */
  permissions?: ModuleOptions["permissions"];
}

/**
 * Has a Deno of its own do something, see tour/peers/itself.ts, signals.ts and sockets.ts: where one must be started in a special
 * way, becomes another program, or changes what the whole process does on signals.
 */
export function another(
  action: string,
  args: readonly string[],
  { fds, forkable = false, module = "itself", permissions = "inherit" }: AnotherOptions,
): Child {
  return spawnModule(new URL(`peers/${module}.ts`, import.meta.url), [action, ...args], {
    permissions,
    flags: forkable ? ["--v8-flags=--single-threaded"] : [],
    processGroup: "new", // it is ended with all that it has started
    fds,
  });
}
