/**
 * How long, in milliseconds, is waited for a program that seems to end by itself: it has closed its side of our pipe. Its
 * end comes a moment after that, or later on a busy machine.
 */
export const MOMENT = 1000;
