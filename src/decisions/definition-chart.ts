/**
 * Definition chart: which chart is it, of which an application has sent the configuration?
 *
 * H1  Any JSON gives a chart; states and edges are bounded, and each edge begins and ends in a state of the chart.
 * H2  All that XState would take is an edge: `on`, `always`, `after`, `onDone`, and the ends of what is invoked.
 * H3  Each edge says which events take it, as XState writes them.
 */
import type { Chart, ChartEdge, ChartState } from "../contracts/inspection.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { asObject, type DefinitionNode, type DefinitionTree, targetOf, treeOf } from "./definition-tree.ts";
import { visible } from "./visible.ts";

export interface DefinitionChart {
  readonly chart: Chart;
  /** By edge: the type of the event that takes it, a `*` at its end for any; empty for `always`. */
  readonly triggers: ReadonlyMap<ChartEdge["id"], string>;
}

const MOST_EDGES = 2_000;
const KINDS: ReadonlySet<Json | undefined> = new Set(["parallel", "final", "history"]);

export function chartOfDefinition(name: string, definition: Json): DefinitionChart {
  const tree = treeOf(definition);
  const triggers = new Map<ChartEdge["id"], string>();
  const edges: ChartEdge[] = [];
  for (const node of tree.nodes) {
    const counts = new Map<string, number>();
    for (const way of waysOf(node).slice(0, MOST_EDGES - edges.length)) {
      const n = counts.get(way.event) ?? 0;
      counts.set(way.event, n + 1);
      const edge = edgeOf(tree, node, way, n);
      edges.push(edge);
      triggers.set(edge.id, way.trigger);
    }
  }
  const { version } = tree.root.config;
  return {
    chart: {
      name,
      ...(typeof version === "string" ? { version: visible(version) } : {}),
      states: tree.nodes.map((node) => (node === tree.root ? { ...stateOf(node), key: name } : stateOf(node))),
      edges,
    },
    triggers,
  };
}

function stateOf({ path, key, config, parent, children }: DefinitionNode): ChartState {
  const { type, description, initial } = config;
  const begins = typeof initial === "string" ? initial : asObject(initial)?.["target"];
  const first = children.find((child) => typeof begins === "string" && child.key === visible(begins));
  const own = KINDS.has(type) ? (type as ChartState["kind"]) : children.length > 0 ? "compound" : "atomic";
  return {
    id: path,
    key,
    ...(parent === undefined ? {} : { parent: parent.path }),
    kind: own,
    ...(first === undefined || own !== "compound" ? {} : { initial: first.path }),
    ...(typeof description === "string" ? { description: visible(description) } : {}),
    entry: listOf(config["entry"]).map(nameOf),
    exit: listOf(config["exit"]).map(nameOf),
    invokes: listOf(config["invoke"]).map((invoke) => nameOf(asObject(invoke)?.["src"] ?? invoke)),
  };
}

interface Way {
  readonly kind: ChartEdge["kind"];
  readonly event: string;
  readonly trigger: string;
  readonly transition: Json;
}

function waysOf(node: DefinitionNode): readonly Way[] {
  const { on, always, after, onDone, invoke } = node.config;
  const each = (kind: Way["kind"], event: string, trigger: string, transitions: Json | undefined): readonly Way[] =>
    listOf(transitions).map((transition) => ({ kind, event: visible(event), trigger, transition }));
  return [
    ...Object.entries(asObject(on) ?? {}).flatMap(([type, to]) => each("event", type, type, to)),
    ...each("always", "always", "", always),
    ...Object.entries(asObject(after) ?? {}).flatMap(([delay, to]) =>
      each("after", `after ${spoken(delay)}`, `xstate.after.${delay}.${node.id}`, to),
    ),
    ...each("done", node.key === "" ? "done" : `${node.key} done`, `xstate.done.state.${node.id}`, onDone),
    ...listOf(invoke).flatMap((one, n) => {
      const of = asObject(one) ?? {};
      const id = typeof of["id"] === "string" ? of["id"] : `${n}.${node.id}`;
      const name = typeof of["id"] === "string" ? of["id"] : nameOf(of["src"] ?? null);
      return [
        ...each("done", name, `xstate.done.actor.${id}`, of["onDone"]),
        ...each("error", name, `xstate.error.actor.${id}`, of["onError"]),
        ...each("event", `snapshot of ${name}`, `xstate.snapshot.${id}`, of["onSnapshot"]),
      ];
    }),
  ];
}

function edgeOf(tree: DefinitionTree, node: DefinitionNode, { kind, event, transition }: Way, n: number): ChartEdge {
  const of: JsonObject = typeof transition === "string" ? { target: transition } : (asObject(transition) ?? {});
  // Of several targets the first is drawn: they are regions of one parallel state.
  const [to] = listOf(of["target"]);
  const target = typeof to === "string" ? targetOf(tree, node, to) : undefined;
  const { guard } = of;
  return {
    id: `${node.path}/${event}/${n}`,
    source: node.path,
    ...(target === undefined ? {} : { target: target.path }),
    kind,
    event,
    ...(guard === undefined || guard === null ? {} : { guard: nameOf(guard) }),
    actions: listOf(of["actions"]).map(nameOf),
  };
}

const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value as Json];

/** A function has no other name than the one it was written with, and often none. */
function nameOf(part: Json): string {
  if (typeof part === "string") return visible(part);
  const { type, id } = asObject(part) ?? {};
  const name = typeof type === "string" && type !== "" ? type : id;
  return typeof name === "string" && name !== "" ? visible(name) : "inline";
}

/** A delay in milliseconds as a person says it; a named one by its name. */
function spoken(delay: string): string {
  const ms = Number(delay);
  if (!/^\d+$/.test(delay)) return visible(delay);
  if (ms < 1_000) return `${ms} ms`;
  return ms < 60_000 ? `${ms / 1_000} s` : `${Math.round(ms / 6_000) / 10} min`;
}
