import type { Row } from "./case.ts";
export const open: readonly Row[] = [];
