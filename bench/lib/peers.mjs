/** Peers: which there are, which are installed, and how to get at them. */
import { existsSync, readdirSync } from "node:fs";

const ADAPTERS = new URL("../adapters/", import.meta.url);
const PEERS = new URL("../peers/", import.meta.url);

export const peerNames = () =>
  readdirSync(ADAPTERS)
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => name.slice(0, -".mjs".length));

export async function adapterOf(peer) {
  const { adapter } = await import(new URL(`${peer}.mjs`, ADAPTERS).href);
  return adapter;
}

/** Peers that need packages of their own have a folder for them, which `setup.sh` fills. */
export const isInstalled = (peer) =>
  !existsSync(new URL(`${peer}/`, PEERS)) || existsSync(new URL(`${peer}/node_modules/`, PEERS));

/** Imports a package from a peer's own folder. */
export async function load(peer, name) {
  const { load: from } = await import(new URL(`${peer}/load.mjs`, PEERS).href);
  return from(name);
}
