/** Page flags: how a command shows its page. */
import { type Command, InvalidArgumentError } from "commander";
import { person } from "../person.ts";

export interface PageFlags {
  readonly port: number;
  readonly browser: boolean;
  readonly approver: string;
}

/** The same words wherever there is a page. */
export const addPageFlags = (command: Command): Command =>
  command
    .option("--port <N>", "the page's port; 0: any that is free", port, 0)
    .option("--no-browser", "print the page's address, which holds its key, in place of opening it")
    .option("--approver <NAME>", "whose word a decision in the page is", name, person());

function port(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError("Give a port from 0 to 65535.");
}

function name(text: string): string {
  if (text.trim() !== "" && text.length <= 128) return text;
  throw new InvalidArgumentError("Give a name of 1 to 128 characters.");
}
