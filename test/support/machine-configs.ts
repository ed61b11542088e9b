/** Machine configs: small statecharts of every shape, with names that collide. */
import fc from "fast-check";

export interface NodeConfig {
  readonly id?: string;
  readonly type?: "parallel" | "final";
  readonly initial?: string;
  readonly states?: Readonly<Record<string, NodeConfig>>;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly always?: unknown;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly onDone?: unknown;
  readonly invoke?: unknown;
}

const KEYS = ["a", "b", "c"];
export const EVENTS = ["go", "go.on", "stop"];

interface Place {
  readonly depth: number;
  readonly path: readonly string[];
}

/** Shapes first; where transitions lead is filled in when all states are known. */
const shape = ({ depth, path }: Place): fc.Arbitrary<NodeConfig> => {
  const leaf = fc.constant<NodeConfig>({});
  if (depth === 0) return leaf;
  const inner = fc.tuple(fc.subarray(KEYS, { minLength: 1 }), fc.boolean()).chain(([keys, parallel]) =>
    fc.tuple(...keys.map((key) => shape({ depth: depth - 1, path: [...path, key] }))).map(
      (children): NodeConfig => ({
        ...(parallel && path.length > 0 ? { type: "parallel" as const } : { initial: keys[0] ?? "" }),
        states: Object.fromEntries(keys.map((key, n) => [key, children[n] ?? {}])),
      }),
    ),
  );
  return path.length === 0 ? inner : fc.oneof(leaf, inner);
};

const pathsOf = (node: NodeConfig, path: readonly string[] = []): readonly (readonly string[])[] => [
  path,
  ...Object.entries(node.states ?? {}).flatMap(([key, child]) => pathsOf(child, [...path, key])),
];

/** All the ways in which XState lets a target be written. */
function spellings(root: NodeConfig, from: readonly string[], to: readonly string[]): readonly string[] {
  const parent = from.slice(0, -1);
  const startsWith = (path: readonly string[]): boolean => path.every((key, n) => to[n] === key);
  return [
    `#m${to.map((key) => `.${key}`).join("")}`,
    ...(from.length > 0 && startsWith(parent) && to.length > parent.length ? [to.slice(parent.length).join(".")] : []),
    ...(startsWith(from) && to.length > from.length ? [`.${to.slice(from.length).join(".")}`] : []),
    ...(root.id === undefined ? [] : []),
  ];
}

interface Options {
  /** Transitions that carry no guard, and lead somewhere: what is taken can be told from the states alone. */
  readonly plain?: boolean;
}

export const machineConfigs = ({ plain = false }: Options = {}): fc.Arbitrary<NodeConfig> =>
  shape({ depth: 3, path: [] }).chain((root) => {
    const paths = pathsOf(root);
    const transition = (from: readonly string[]): fc.Arbitrary<unknown> =>
      fc
        .constantFrom(...paths.filter((path) => path.length > 0))
        .chain((to) => fc.constantFrom(...spellings(root, from, to)))
        .chain((target) =>
          plain
            ? fc.constant({ target })
            : fc.constantFrom<unknown>(target, { target }, { target, guard: "isOpen" }, { actions: "note" }, [
                { target, guard: { type: "isOpen", params: {} } },
                { target, actions: ["note", "count"] },
              ]),
        );
    const dressed = (node: NodeConfig, path: readonly string[]): fc.Arbitrary<NodeConfig> => {
      const children = Object.entries(node.states ?? {});
      const on = fc.dictionary(fc.constantFrom(...EVENTS), transition(path), { maxKeys: 2 });
      const rest = plain
        ? fc.constant({})
        : fc.record(
            {
              always: fc.constant({ actions: "note" }),
              after: fc.dictionary(fc.constantFrom("500", "90000", "slow"), transition(path), { maxKeys: 1 }),
              onDone: transition(path),
              invoke: fc.record({ src: fc.constant("act"), onDone: transition(path), onError: transition(path) }),
            },
            { requiredKeys: [] },
          );
      return fc
        .tuple(on, rest, ...children.map(([key, child]) => dressed(child, [...path, key])))
        .map(([events, more, ...made]) => ({
          ...node,
          ...more,
          ...(path.length === 0 ? { id: "m" } : {}),
          on: events,
          ...(children.length === 0
            ? {}
            : { states: Object.fromEntries(children.map(([key], n) => [key, made[n] as NodeConfig])) }),
        }));
    };
    return dressed(root, []);
  });
