export * from "./actors/define-agent.ts";
export * from "./actors/define-tool.ts";
