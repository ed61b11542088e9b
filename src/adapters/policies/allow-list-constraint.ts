/** Allow-list constraint: what an argument must be. An argument that is missing, or of another type, is not as it must be. */
import type { Json, JsonObject } from "../../contracts/json.ts";

/** All that is given must hold. Of a list, for each element. */
export interface Constraint {
  readonly oneOf?: readonly (string | number | boolean)[];
  readonly min?: number;
  readonly max?: number;
  readonly startsWith?: string;
  readonly endsWith?: string;
  readonly maxLength?: number;
  /** A path in this folder, or in one of these, `..` worked out. */
  readonly within?: string | readonly string[];
  /** An http or https URL of one of these hosts, as the URL standard reads it. */
  readonly host?: readonly string[];
}

type Test = (limit: never, value: Json) => boolean;

const isText = (value: Json): value is string => typeof value === "string";

const tests: { readonly [Name in keyof Required<Constraint>]: Test } = {
  oneOf: (values: readonly Json[], value) => values.includes(value),
  min: (least: number, value) => typeof value === "number" && value >= least,
  max: (most: number, value) => typeof value === "number" && value <= most,
  startsWith: (start: string, value) => isText(value) && value.startsWith(start),
  endsWith: (end: string, value) => isText(value) && value.endsWith(end),
  maxLength: (length: number, value) => isText(value) && value.length <= length,
  within: (folders: string | readonly string[], value) =>
    isText(value) && [folders].flat().some((folder) => isWithin(folder, value)),
  host: (hosts: readonly string[], value) => isText(value) && hosts.includes(hostOf(value)),
};

const limits: { readonly [Name in keyof Required<Constraint>]: (limit: unknown) => boolean } = {
  oneOf: Array.isArray,
  min: Number.isFinite,
  max: Number.isFinite,
  startsWith: (limit) => typeof limit === "string",
  endsWith: (limit) => typeof limit === "string",
  maxLength: Number.isFinite,
  within: (limit) => [limit].flat().every((folder) => typeof folder === "string" && partsOf(folder) !== undefined),
  host: Array.isArray,
};

/** What is wrong with a constraint as it is written. */
export function constraintFault(path: string, constraint: Constraint): string | undefined {
  const given = Object.entries(constraint ?? {});
  if (given.length === 0) return `the condition on "${path}" says nothing`;
  for (const [name, limit] of given) {
    if (!Object.hasOwn(tests, name))
      return `"${name}" of "${path}" is not known; there are ${Object.keys(tests).join(", ")}`;
    if (!limits[name as keyof Constraint](limit)) return `"${name}" of "${path}" cannot be ${JSON.stringify(limit)}`;
  }
  return undefined;
}

/** The first condition that arguments do not meet, in words. */
export function unmet(when: Readonly<Record<string, Constraint>>, args: Json): string | undefined {
  for (const [path, constraint] of Object.entries(when)) {
    const value = valueAt(args, path);
    if (value === undefined) return `"${path}" is missing`;
    const values = Array.isArray(value) ? (value as readonly Json[]) : [value];
    for (const [name, limit] of Object.entries(constraint)) {
      const test = tests[name as keyof Constraint];
      if (!values.every((one) => test(limit as never, one)))
        return `"${path}" does not meet ${name} ${JSON.stringify(limit)}`;
    }
  }
  return undefined;
}

function valueAt(args: Json, path: string): Json | undefined {
  let value: Json | undefined = args;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** The parts of an absolute or relative path, worked out; undefined for one that leads out, or that systems read differently. */
function partsOf(path: string): readonly string[] | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL ends a path for some systems
  if (path === "" || /[\\\u0000%~]/.test(path)) return undefined;
  const parts: string[] = path.startsWith("/") ? ["/"] : [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length === 0 || (parts.length === 1 && parts[0] === "/")) return undefined;
    else parts.pop();
  }
  return parts;
}

function isWithin(folder: string, path: string): boolean {
  const [of, parts] = [partsOf(folder), partsOf(path)];
  if (of === undefined || parts === undefined || (of[0] === "/") !== (parts[0] === "/")) return false;
  return of.every((part, place) => parts[place] === part);
}

function hostOf(text: string): string {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" ? url.host : "";
}
