/**
 * Who puts our terminal in order when we cannot any more: a shell that waits for our end, whatever ends us.
 *
 * The runtime does so too, but only for what was set through it, and not when a signal ends the program.
 */
import type { Fd } from "../io/mod.ts";
import { hasCode, SyscallError } from "../libc/mod.ts";
import { type Child, spawn } from "../process/mod.ts";

// Standard input is a pipe that nobody but us can write to, so its end is our end. Then the terminal is set back, unless
// somebody has done so already, or has it set otherwise, as a shell does that has come back to its prompt.
const SCRIPT = `trap "" HUP INT QUIT TERM TSTP TTIN TTOU
before=$(stty -g <&3)
ours=
echo
while read -r _; do
  ours=$(stty -g <&3)
  echo
done
test -z "$ours" || test "$(stty -g <&3)" = "$ours" || exit
stty "$before" <&3`;

/** Somebody who watches over a terminal. Disposing dismisses him. */
export interface Guard extends Disposable {
  /** The terminal has the settings that we want it to have. */
  changed(): void;
}

/** Has somebody watch over a terminal whose settings are about to be changed, if that can be had. */
export function watchOver(terminal: Fd): Guard {
  const guard = started(terminal);
  if (guard) hear(guard); // he knows how it was
  return {
    changed: () => guard && tell(guard),
    [Symbol.dispose]: () => guard?.[Symbol.dispose](),
  };
}

function started(terminal: Fd): Child | undefined {
  for (const shell of ["/bin/sh", "sh"]) {
    try {
      return spawn(shell, ["-c", SCRIPT], {
        processGroup: "new", // what is sent to our group is not meant for him
        fds: { 0: "pipe", 1: "pipe", 2: "null", 3: terminal },
      });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable || error instanceof SyscallError)) throw error;
    }
  }
}

function hear(guard: Child): void {
  guard.fd(1).readSync(new Uint8Array(1));
}

function tell(guard: Child): void {
  try {
    guard.fd(0).writeSync("\n");
    hear(guard); // he knows how it is
  } catch (error) {
    if (!hasCode(error, "EPIPE")) throw error; // somebody has killed him
  }
}
