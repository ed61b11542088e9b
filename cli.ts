#!/usr/bin/env node
/** The back door: the command. */
export {};
