import type { Row } from "./case.ts";
export const sysv: readonly Row[] = [];
