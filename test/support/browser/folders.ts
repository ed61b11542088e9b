/** Where the page is built for tests, and where they leave what is to be looked at. */
import { ROOT } from "../source.ts";

export const PAGE_FOLDER = `${ROOT}node_modules/.cache/bailiwick/page`;
export const FILE_FOLDER = `${ROOT}node_modules/.cache/bailiwick/page-file`;
/** Pictures of pages in which a test has failed; with `TRACE=1`, what Playwright has recorded of them. */
export const FAILURES_FOLDER = `${ROOT}node_modules/.cache/bailiwick/failures`;
