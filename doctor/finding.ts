/**
 * What the doctor looks at, and finds.
 */
import { type Access, whyNot } from "./access.ts";

/** What was found. */
export interface Finding {
  /** What was looked at. */
  readonly what: string;
  /** Whether it is there and works; "unknown" if this run may not look. */
  readonly state: "works" | "lacks" | "unknown";
  readonly found: string;
  /** How to mend what it lacks. */
  readonly mend?: string;
}

/** How something is looked at. */
export interface Check {
  readonly what: string;
  /** What one must be allowed for looking. */
  readonly needs: readonly Access[];
  /** Tries it for real and says what was found; throws if it does not work. */
  look(): string | Promise<string>;
  /** How to mend it then. */
  readonly mend: string;
}

/** Looks at something, as far as this run may. */
export async function examine({ what, needs, look, mend }: Check): Promise<Finding> {
  const obstacle = whyNot(needs);
  if (obstacle !== undefined) {
    return { what, state: "unknown", found: `not looked at ${obstacle}` };
  }
  try {
    return { what, state: "works", found: await look() };
  } catch (error) {
    const [found] = (error instanceof Error ? error.message : String(error)).split("\n");
    if (error instanceof Deno.errors.NotCapable) return { what, state: "unknown", found };
    return { what, state: "lacks", found, mend };
  }
}
