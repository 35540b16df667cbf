/**
 * A program that does nothing: what starting Deno costs.
 */
export {};
