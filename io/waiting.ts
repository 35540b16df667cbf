/**
 * The smaller door to io: waiting for what has no descriptor, for those who need nothing else.
 *
 * @module
 */
export { atOnce } from "./fairness.ts";
export { forks } from "./forked.ts";
export { type BlockingCall, parked, PARKED_AT_MOST, SLICE } from "./parked.ts";
export { requirePath } from "./permission.ts";
export {
  countdown,
  inTotal,
  isTimeout,
  requirePatience,
  requireTimeout,
  timedOut,
  timeoutNames,
  waitNames,
  type WaitOptions,
} from "./wait.ts";
