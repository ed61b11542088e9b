/** Lets `import "bailiwick"` mean the source in this folder, so that examples run without a build: `node --import ./scripts/from-source.ts`. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const root = new URL("../", import.meta.url);
const { name, exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
};

registerHooks({
  resolve(specifier, context, next) {
    const door = specifier === name ? "." : specifier.replace(`${name}/`, "./");
    const target = specifier === name || specifier.startsWith(`${name}/`) ? exports[door] : undefined;
    if (target === undefined || typeof target === "string") return next(specifier, context);
    const source = target.default.replace("./dist/", "./").replace(/\.js$/, ".ts");
    return { url: new URL(source, root).href, format: "module-typescript", shortCircuit: true };
  },
});
