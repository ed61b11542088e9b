/**
 * HTTP: lets people see the runs of an orchestrator, or of a store, in a page, and decide there. What it promises and
 * refuses: docs/inspecting.md.
 */
import type { RequestListener, Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Inspectable } from "../contracts/control.ts";
import { messageOf } from "../contracts/errors.ts";
import { appOf } from "./http/app.ts";
import { Attempts } from "./http/door/attempts.ts";
import { Guard } from "./http/door/guard.ts";
import { feedPath, listenOn, serverOf, shut } from "./http/door/listener.ts";
import { addressesOf, checkPlace, isLocal, placeOf, WARNING } from "./http/door/place.ts";
import { LIMITS } from "./http/limits.ts";
import { offerOf } from "./http/offer.ts";
import { type Keys, keysOf, type ServeOptions } from "./http/options.ts";
import { PAGE_FOLDER, pageIn } from "./http/page.ts";
import { Replays } from "./http/replays.ts";
import { openUrlOf, type Served } from "./http/served.ts";
import { Stream } from "./http/stream/stream.ts";
import { Upgrades } from "./http/stream/upgrades.ts";

export type { Access, ServeOptions } from "./http/options.ts";
export { runFile } from "./http/run-file.ts";
export type { Served } from "./http/served.ts";

/**
 * Serves the page and what it asks for, on this machine only, until it is closed.
 *
 * @example
 * ```ts
 * const served = await serve(orchestrator, { approvers: ["maria"] });
 * console.log(served.openUrl("maria")); // a secret: whoever has it may decide as maria
 * ```
 * @throws RuntimeError `config.invalid`
 */
export async function serve(inspectable: Inspectable, options: ServeOptions = {}): Promise<Served> {
  checkPlace(options);
  const keys = keysOf(options);
  const { warn = (line) => process.emitWarning(line, "BailiwickWarning"), host = "localhost" } = options;
  if (!isLocal(host)) warn(WARNING);
  const house = houseOf(inspectable, keys, { ...options, warn });
  let place: ReturnType<typeof placeOf> | undefined;
  const make = (): Server => serverOf({ ...house, place: () => place });
  const { port, servers } = await listenOn(addressesOf(options), options.port ?? 0, make);
  place = placeOf(port, options);
  const { url } = place;
  const { token, viewerTokens, approverTokens, feedToken } = keys;
  return {
    ...{ url, port, token, viewerTokens, approverTokens },
    feedUrl: inspectable.feed === undefined ? undefined : `${url.replace(/^http/, "ws")}${feedPath(feedToken)}`,
    openUrl: (person, run) => openUrlOf(url, keys, { person, run }),
    close: async () => {
      // From here on nobody is listened to.
      place = undefined;
      await house.close();
      await Promise.all(servers.map(shut));
    },
  };
}

/** All that stands behind the sockets. */
function houseOf(inspectable: Inspectable, keys: Keys, options: ServeOptions & Required<Pick<ServeOptions, "warn">>) {
  const { warn } = options;
  const limits = { ...LIMITS, ...options.limits };
  const failed = (error: unknown): void => warn(`a request failed: ${messageOf(error)}`);
  const alarm = (address: string): void => warn(`wrong tokens come from ${address}; more are not listened to`);
  const guard = new Guard({ ...keys, attempts: new Attempts(limits), alarm });
  const offer = offerOf(inspectable, options, { hasApprovers: Object.keys(keys.approverTokens).length > 0 });
  const { maxBodyBytes } = limits;
  const page = pageIn(options.page ?? PAGE_FOLDER);
  const app = appOf({ offer, guard, page, maxBodyBytes, failed, replays: new Replays() });
  const stream = new Stream({ inspection: offer.inspection, guard, limits, failed });
  const upgrades = new Upgrades({ stream, guard, limits, failed, feed: inspectable.feed });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return { limits, listener: listener as RequestListener, upgrade: upgrades.open, close: () => upgrades.close() };
}
