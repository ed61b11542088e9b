/** The door of `bailiwick/testing`: what tests of your own stores, agents and charts need. Bound to no test runner. */
export { type Fault, type FaultStore, faultStore, type WriteNumber } from "./fault-store.ts";
export { type HandTime, handTime } from "./hand-time.ts";
export {
  recordedModel,
  type ScriptedAnswer,
  type ScriptedCall,
  type ScriptedModel,
  type ScriptLine,
  type ScriptOptions,
  scriptedModel,
} from "./scripted-model.ts";
export {
  type AskedAction,
  type ChartTransition,
  coverage,
  INIT,
  type PathOptions,
  type PathStep,
  type PathWorld,
  type StatePath,
  statePaths,
  transitionsOf,
} from "./state-paths.ts";
export { type MakeStore, type StoreCase, type StoreFixture, storeCases, storeSuite } from "./store-suite.ts";
