import type { Row } from "./case.ts";
export const processes: readonly Row[] = [];
