/**
 * Readers: who asks a server for all that a page asks it for, and draws nothing. What a run pays for them is what it pays
 * for being watched; what it pays for pages beyond that is what drawing takes away from it.
 */

const ACTOR_EVERY_MS = 500;
const OVERVIEW_EVERY_MS = 2_000;

/** Reads the stream of a run, and asks what a page asks meanwhile. Returns how to end it, which says how often it was told something. */
export function reader(openUrl, run) {
  const { origin, hash } = new URL(openUrl);
  const token = new URLSearchParams(hash.slice(1)).get("token");
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/v1/stream`, { headers: { origin } });
  const say = (command) => socket.send(JSON.stringify(command));
  socket.onopen = () => {
    say({ kind: "hello", token, version: 1 });
    say({ kind: "watch", run, after: 0 });
  };
  let told = 0;
  socket.onmessage = ({ data }) => {
    JSON.parse(data);
    told++;
  };
  const ask = (path) => fetch(`${origin}/v1/runs/${run}/${path}`, { headers }).then((answer) => answer.json());
  const asking = [
    setInterval(() => void ask("actors/orchestrator").catch(() => {}), ACTOR_EVERY_MS),
    setInterval(() => void ask("overview?buckets=400").catch(() => {}), OVERVIEW_EVERY_MS),
  ];
  return () => {
    for (const one of asking) clearInterval(one);
    socket.close();
    return told;
  };
}
