import { hash } from "node:crypto";
import type { HashPort } from "../contracts/ports.ts";

/** SHA-256 by node:crypto in one call: no hash object for each entry. */
export const sha256: HashPort = (text) => hash("sha256", text, "hex");
