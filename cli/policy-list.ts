/** Policy list: an allow-list as it stands in a JSON file, with the places of what is wrong in it. */
import { type PolicyPort, RuntimeError } from "../index.ts";
import { type AllowListOptions, allowList } from "../src/adapters/policies/allow-list.ts";

type Agents = AllowListOptions["agents"];

/** Whatever does not stand in it is denied. @throws RuntimeError `policy.invalid` */
export function policyList(file: string, text: string): PolicyPort {
  const agents = agentsIn(file, text);
  const placed = <Value>(make: () => Value): Value => placing(file, text, make);
  const { id, decide, bind } = placed(() => allowList({ agents, name: file }));
  return { id, decide, bind: (scope) => placed(() => bind?.(scope) ?? { id, decide }) };
}

const EXAMPLE = 'write {"agents": {"writer": {"tools": {"publish": true, "pay": {"approval": true}}}}}';

function agentsIn(file: string, text: string): Agents {
  const value = parsed(file, text);
  const path = isTable(value) && isTable(value["agents"]) ? misshapen(value["agents"]) : [];
  if (path === undefined) return (value as { readonly agents: Agents }).agents;
  throw invalid(`${at(file, text, placeOf(text, path))} this is no allow-list: ${EXAMPLE}`);
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/( in JSON)? at position.*|, \.{0,3}".*/s, "") : "";
    throw invalid(`${at(file, text, brokenAt(text))} this is no JSON: ${said}; ${EXAMPLE}`);
  }
}

/** Where JSON breaks off: what stands before can still become JSON. */
function brokenAt(text: string): number {
  let [whole, broken] = [0, text.length];
  while (broken - whole > 1) {
    const middle = (whole + broken) >> 1;
    if (isBroken(text.slice(0, middle))) broken = middle;
    else whole = middle;
  }
  return whole;
}

/** Not only cut off. */
function isBroken(start: string): boolean {
  try {
    JSON.parse(start);
    return false;
  } catch (error) {
    const { message } = error as Error;
    const place = /at position (\d+)/.exec(message)?.[1];
    return place === undefined ? !message.includes("end of JSON") : Number(place) < start.length;
  }
}

/** The names that lead to what is not as it must be; the allow-list itself looks at what is in grants. */
function misshapen(agents: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  for (const [agent, allowance] of Object.entries(agents)) {
    if (!isTable(allowance)) return [agent];
    const { tools = {}, models = {}, reads = [], writes = [] } = allowance;
    for (const [name, table] of Object.entries({ tools, models })) {
      if (!isTable(table)) return [agent, name];
      const odd = Object.keys(table).find((one) => !isTable(conditionsOf(table[one])));
      if (odd !== undefined) return [agent, name, odd];
    }
    for (const [name, keys] of Object.entries({ reads, writes })) if (!isTexts(keys)) return [agent, name];
  }
  return undefined;
}

const conditionsOf = (grant: unknown): unknown => (isTable(grant) && "when" in grant ? grant["when"] : {});

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === "string");

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const invalid = (message: string): RuntimeError => new RuntimeError("policy.invalid", message);

/** Faults of an allow-list name what they are about, the outermost first; so it is found in the text. */
function placing<Value>(file: string, text: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const faults = error.message.split("\n").map((fault) => {
      const names = [...fault.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, name = ""]) => name);
      return `${at(file, text, placeOf(text, names))} ${fault}`;
    });
    throw invalid(faults.join("\n"));
  }
}

/** Where the last of some nested names stands, or as far as they can be followed. */
function placeOf(text: string, names: readonly string[]): number {
  let place = 0;
  for (const name of names) {
    const next = text.indexOf(JSON.stringify(name), place === 0 ? 0 : place + 1);
    if (next === -1) break;
    place = next;
  }
  return place;
}

/** `strict.json:3:14` */
function at(file: string, text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}
