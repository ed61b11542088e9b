#!/usr/bin/env node
/** The back door: the command. */
import { runCommand } from "./cli/program.ts";

process.exitCode = await runCommand(process.argv.slice(2));
