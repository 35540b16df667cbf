import type { Row } from "./case.ts";
export const sockets: readonly Row[] = [];
