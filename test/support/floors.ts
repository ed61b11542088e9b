/** The floors of the house: which file stands on which, and what may be imported there. */
import { posix } from "node:path";
import { COMPUTED, importsOf, type Source } from "./source.ts";

type Floor =
  | "contracts"
  | "decisions"
  | "machines"
  | "actors"
  | "adapters"
  | "testing"
  | "charts"
  | "door"
  | "cli"
  | "eval"
  | "visualizer"
  | "outside";

interface Rule {
  readonly floors: readonly Floor[];
  readonly packages: readonly string[];
  /** Packages of which only types may be imported. */
  readonly types?: readonly string[];
}

const rules: Readonly<Record<Exclude<Floor, "outside">, Rule>> = {
  contracts: { floors: ["contracts"], packages: [], types: ["@standard-schema/spec"] },
  decisions: { floors: ["decisions", "contracts"], packages: ["immer"] },
  machines: { floors: ["machines", "decisions", "contracts"], packages: ["xstate"] },
  // What can be said of any chart; paths through one are found as tests find them.
  charts: { floors: ["charts", "testing", "decisions", "contracts"], packages: ["xstate"] },
  actors: {
    floors: ["actors", "charts", "machines", "decisions", "contracts"],
    packages: ["xstate"],
    types: ["@standard-schema/spec"],
  },
  // Of adapters, only those that are one and the same; see `adapterFault`.
  adapters: { floors: ["adapters", "contracts"], packages: ["*", "node:*"] },
  testing: { floors: ["testing", "contracts"], packages: ["xstate"] },
  door: { floors: ["actors", "machines", "decisions", "contracts", "adapters"], packages: ["nanoid"] },
  // Measures the rules themselves, and what puts them together; no package helps them.
  eval: { floors: ["eval", "testing", "actors", "adapters", "decisions", "contracts"], packages: ["node:*"] },
  // Knows what is said on the wire, and nothing of who says it; and, of a chart that it was told, where it can lead.
  visualizer: { floors: ["visualizer", "charts", "contracts"], packages: ["react", "react-dom", "elkjs", "xstate"] },
  cli: {
    floors: ["cli", "door", "adapters"],
    packages: ["commander", "@clack/prompts", "valibot", "@valibot/to-json-schema", "node:*"],
  },
};

const places: readonly (readonly [string, Floor])[] = [
  ["src/contracts/", "contracts"],
  ["src/decisions/", "decisions"],
  ["src/adapters/", "adapters"],
  ["src/testing/", "testing"],
  ["src/charts/", "charts"],
  ["machines/", "machines"],
  ["actors/", "actors"],
  ["cli/", "cli"],
  ["eval/", "eval"],
  ["visualizer/", "visualizer"],
  ["cli.ts", "cli"],
  ["index.ts", "door"],
];

export const floorOf = (path: string): Floor => places.find(([place]) => path.startsWith(place))?.[1] ?? "outside";

/** What all stores, or all bridges, share in code. None of it names a product. */
const SHARED: ReadonlySet<string> = new Set(["src/adapters/stores/admission.ts", "src/adapters/bridges/bridging.ts"]);

/** Adapters that have a folder beside their file. */
const FOLDERS: readonly string[] = ["src/adapters/http"];

/** How a question is drawn for those who decide it. A page and a terminal must not differ in that. */
const RENDERING: ReadonlySet<string> = new Set(["src/decisions/rendering.ts", "src/decisions/visible.ts"]);

/** `src/adapters/stores/sqlite-errors.ts` is part of the adapter `src/adapters/stores/sqlite`. */
const adapterOf = (path: string): string =>
  FOLDERS.find((folder) => path.startsWith(`${folder}/`)) ??
  posix.join(posix.dirname(path), posix.basename(path).replace(/[-.].*$/, ""));

/** `xstate/graph` is of the package `xstate`. */
const packageOf = (specifier: string): string =>
  specifier.startsWith("node:")
    ? specifier
    : specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");

const isAllowed = (name: string, allowed: readonly string[]): boolean =>
  allowed.includes(name) || allowed.includes(name.startsWith("node:") ? "node:*" : "*");

/** What a file imports and may not, in words. */
export function breaches({ path, text }: Source): readonly string[] {
  const floor = floorOf(path);
  if (floor === "outside") return [];
  return importsOf(text).flatMap(({ specifier, typeOnly }) => {
    const fault = specifier.startsWith(".")
      ? fileFault(path, floor, posix.normalize(posix.join(posix.dirname(path), specifier)))
      : packageFault(floor, specifier, typeOnly);
    return fault === undefined ? [] : [`${path}: ${fault}`];
  });
}

function fileFault(path: string, floor: Exclude<Floor, "outside">, target: string): string | undefined {
  const below = floorOf(target);
  if (floor === "visualizer" && RENDERING.has(target)) return undefined;
  if (!rules[floor].floors.includes(below)) return `${floor} may not import ${below} (${target})`;
  if (floor === "adapters" && below === "adapters") {
    const isOwn = adapterOf(path) === adapterOf(target) || SHARED.has(target);
    if (!isOwn) return `an adapter may not import another (${target})`;
  }
  return undefined;
}

function packageFault(floor: Exclude<Floor, "outside">, specifier: string, typeOnly: boolean): string | undefined {
  const { packages, types = [] } = rules[floor];
  if (specifier === COMPUTED) return "imports what is named only while running";
  const name = packageOf(specifier);
  if (isAllowed(name, packages) || (typeOnly && types.includes(name))) return undefined;
  return `${floor} may not import ${specifier}${types.includes(name) ? " but for its types" : ""}`;
}

/** Packages that only together are a product: a web server speaks HTTP and WebSocket. */
const PART_OF: Readonly<Record<string, string>> = { "@hono/node-server": "hono", ws: "hono" };
/** The SDK of one maker is one product, in however many packages it comes. */
const productOf = (name: string): string => PART_OF[name] ?? (name.startsWith("@ai-sdk/") ? "ai" : name);

/** The words of our contracts are no product. */
const isProduct = (name: string): boolean =>
  name === "node:sqlite" || !(name.startsWith("node:") || name === "@standard-schema/spec");

/** The products each adapter is bound to. */
export function productsOf(sources: readonly Source[]): ReadonlyMap<string, ReadonlySet<string>> {
  const products = new Map<string, Set<string>>();
  for (const { path, text } of sources) {
    if (floorOf(path) !== "adapters") continue;
    const adapter = adapterOf(path);
    const own = products.get(adapter) ?? new Set();
    products.set(adapter, own);
    for (const { specifier } of importsOf(text)) {
      if (!specifier.startsWith(".") && isProduct(packageOf(specifier))) own.add(productOf(packageOf(specifier)));
    }
  }
  return products;
}
