/**
 * What the rows about System V share.
 */
import assert from "node:assert/strict";
import { list, remove } from "../sysv/mod.ts";
import { peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

/** A key that nobody has; what is made under it goes at the end. */
export function freeKey(stage: Stage): number {
  const key = 1 + Math.floor(Math.random() * 0x7fff_ffff);
  stage.defer(() => list().filter((object) => object.key === key).forEach(remove));
  return key;
}

export const hex = (key: number) => `0x${key.toString(16)}`;

/** Runs one of Perl's, which must do what it is to do; what it prints. */
export async function perl(
  stage: Stage,
  action: string,
  ...words: (string | number)[]
): Promise<string> {
  const { printed, said, end } = await stage.run(peer("Perl", "sysv", action, ...words));
  assert.equal(end, 0, said);
  return printed.replace(/\n$/, "");
}

export function codeOf(action: () => unknown): string {
  try {
    action();
    return "nothing";
  } catch (error) {
    return (error as { code?: string }).code ?? "an exception";
  }
}
