/**
 * What this run may do. Asking never prompts.
 */
import { libc } from "../libc/library.ts";
import type { Finding } from "./finding.ts";

/** What lacks without a permission. */
const purposes = {
  ffi: "nothing works",
  run: "no programs, forks, signals to others",
  net: "no sockets but pairs and passed ones",
  read: "no files, FIFOs, sockets at paths",
  write: "no writing, no sockets at paths",
  sys: "no hostname",
} as const;

type Permission = keyof typeof purposes;

/** A permission of Deno's, all of them, or that the C library can be called. */
export type Access = Permission | "all" | "libc";

const permissions = Object.keys(purposes) as Permission[];

function isGranted(name: Permission): boolean {
  return Deno.permissions.querySync({ name }).state === "granted";
}

/** Whether the C library can be called. */
function canCall(): boolean {
  try {
    libc("base").__errno_location();
    return true;
  } catch {
    return false;
  }
}

/** Why this run may not do what needs all of this, as "without --allow-net"; nothing if it may. */
export function whyNot(needs: readonly Access[]): string | undefined {
  for (const need of needs) {
    if (need === "libc") {
      if (!canCall()) return "without the C library";
    } else if (need === "all") {
      if (!permissions.every(isGranted)) return "without --allow-all";
    } else if (!isGranted(need)) return `without --allow-${need}`;
  }
}

/** The permissions that this run has, and what it cannot do for lack of others. */
export function examinePermissions(): Finding[] {
  const granted = permissions.filter(isGranted);
  const scoped = !granted.includes("ffi") && canCall();
  const names = scoped ? ["ffi for libc alone, so no SharedMemory.view", ...granted] : granted;
  const lacking = permissions.filter((name) =>
    !granted.includes(name) && !(scoped && name === "ffi")
  );
  const lacks = lacking.map((name): Finding => ({
    what: `permission ${name}`,
    state: "lacks",
    found: `missing: ${purposes[name]}`,
    mend: `--allow-${name}`,
  }));
  if (names.length === 0) return lacks;
  return [{ what: "permissions", state: "works", found: names.join(", ") }, ...lacks];
}
