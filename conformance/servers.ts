import type { Row } from "./case.ts";
export const servers: readonly Row[] = [];
