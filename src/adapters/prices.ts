/** Price file: what models cost, in a JSON file of the public models.dev format. */
import { readFileSync } from "node:fs";
import { messageOf, RuntimeError } from "../contracts/errors.ts";

/** Reads it; whether it is in the format is for the rules to say. @throws RuntimeError `config.invalid`. */
export function priceFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    const message = `the prices in ${path} cannot be read: ${messageOf(error)}`;
    throw new RuntimeError("config.invalid", message, { cause: error });
  }
}
