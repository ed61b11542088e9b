/** How much of a question is shown before somebody asks for all of it. */
import type { Bounds } from "../../index.ts";

export const SHOWN: Bounds = { lines: 24, columns: 1_000, values: 40 };
