import type { Row } from "./case.ts";
export const both: readonly Row[] = [];
