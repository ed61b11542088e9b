/** Watched charts: those an application has sent, by key: a chart's name, and where two have one name, its number. */
import type { Json } from "../../src/contracts/json.ts";
import { chartOfDefinition, type DefinitionChart } from "../../src/decisions/definition-chart.ts";
import { asObject } from "../../src/decisions/definition-tree.ts";
import { visible } from "../../src/decisions/visible.ts";
import { addressable } from "./watched-names.ts";

/** Of actors that are no statecharts, and of those whose chart is one too many. */
export const LOGIC = "logic";
/** Of what a run may keep. */
const SHARE = 0.25;

export class WatchedCharts {
  readonly byKey = new Map<string, DefinitionChart>();
  readonly #keys = new Map<string, string>();
  readonly #most: number;
  #size = 0;

  constructor(retained: number) {
    this.#most = retained * SHARE;
  }

  keyOf(actor: string, definition: Json): string {
    const text = JSON.stringify(definition);
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    if (this.#size + text.length > this.#most) return LOGIC;
    const { id } = asObject(definition) ?? {};
    const name = typeof id === "string" && id !== "" ? visible(id) : actor;
    const same = [...this.byKey.values()].filter(({ chart }) => chart.name === name).length;
    const key = same === 0 ? addressable(name) : `${addressable(name)} ${same + 1}`;
    if (key === LOGIC || this.byKey.has(key)) return LOGIC;
    this.#size += text.length;
    this.#keys.set(text, key);
    this.byKey.set(key, chartOfDefinition(name, definition));
    return key;
  }
}
