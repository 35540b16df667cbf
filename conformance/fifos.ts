import type { Row } from "./case.ts";
export const fifos: readonly Row[] = [];
