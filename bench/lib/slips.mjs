/** Slips: what those who are to answer were given, in a file of equal places, so that it takes no time and no memory here. */
import { constants, openSync, readSync, writeSync } from "node:fs";

const PLACE = 320;

export class Slips {
  #fd;

  constructor(file) {
    this.#fd = openSync(file, constants.O_RDWR | constants.O_CREAT);
  }

  put(id, slip) {
    writeSync(this.#fd, JSON.stringify(slip).padEnd(PLACE), placeOf(id) * PLACE);
  }

  get(id) {
    const buffer = Buffer.alloc(PLACE);
    readSync(this.#fd, buffer, 0, PLACE, placeOf(id) * PLACE);
    return JSON.parse(buffer.toString());
  }
}

/** `warm7` and `run7` are the names there are. */
const placeOf = (id) => 2 * Number(id.replace(/^\D+/, "")) + (id.startsWith("warm") ? 1 : 0);
