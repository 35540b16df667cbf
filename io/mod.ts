/**
 * One way to wait. So far: for calls that have no descriptor to wait on.
 *
 * @module
 */
export { type BlockingCall, parked, PARKED_AT_MOST, SLICE } from "./parked.ts";
export { requirePatience, timedOut, type WaitOptions } from "./wait.ts";
