import type { Row } from "./case.ts";
export const programs: readonly Row[] = [];
