/**
 * Definition tree: the states of a chart that came as data, and where a target leads.
 *
 * T1  Any JSON gives a tree, of at most `MOST_STATES` states; what is no state is left out.
 * T2  A target leads where XState would lead: `#id`, `#id.child`, `.child`, `sibling.child`; else nowhere.
 */
import type { Json, JsonObject } from "../contracts/json.ts";
import { visible } from "./visible.ts";

export interface DefinitionNode {
  /** Path in the chart; the root's is empty. */
  readonly path: string;
  readonly key: string;
  /** As XState names it in the events of its own: `machine.state.child`, or the id it was given. */
  readonly id: string;
  readonly config: JsonObject;
  readonly parent?: DefinitionNode;
  readonly children: DefinitionNode[];
}

export interface DefinitionTree {
  readonly root: DefinitionNode;
  /** The root first, then parents before children. */
  readonly nodes: readonly DefinitionNode[];
}

const MOST_STATES = 500;
const MACHINE = "(machine)";

export const asObject = (value: Json | undefined): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

export function treeOf(definition: Json): DefinitionTree {
  const config = asObject(definition) ?? {};
  const root: DefinitionNode = { path: "", key: "", id: nameIn(config) ?? MACHINE, config, children: [] };
  const nodes = [root];
  for (const node of nodes) {
    const paths = new Set<string>();
    for (const [name, child] of Object.entries(asObject(node.config["states"]) ?? {})) {
      const of = asObject(child);
      const key = visible(name);
      const path = node.path === "" ? key : `${node.path}.${key}`;
      if (of === undefined || nodes.length >= MOST_STATES || paths.has(path)) continue;
      paths.add(path);
      const made = { path, key, id: nameIn(of) ?? `${node.id}.${name}`, config: of, parent: node, children: [] };
      node.children.push(made);
      nodes.push(made);
    }
  }
  return { root, nodes };
}

const nameIn = ({ id }: JsonObject): string | undefined => (typeof id === "string" && id !== "" ? id : undefined);

/** Dots part; `\.` is a dot. */
const partsOf = (target: string): readonly string[] =>
  target.split(/(?<!\\)\./).map((part) => part.replaceAll("\\.", "."));

export function targetOf(tree: DefinitionTree, source: DefinitionNode, target: string): DefinitionNode | undefined {
  const [first = "", ...rest] = partsOf(target);
  if (first.startsWith("#")) {
    const named = tree.nodes.find(({ id }) => id === first.slice(1));
    return named === undefined ? undefined : descendant(named, rest);
  }
  if (first === "") return descendant(source, rest);
  return descendant(source.parent ?? source, [first, ...rest]);
}

function descendant(from: DefinitionNode, keys: readonly string[]): DefinitionNode | undefined {
  let node: DefinitionNode | undefined = from;
  for (const key of keys) node = node?.children.find((child) => child.key === visible(key));
  return node;
}
