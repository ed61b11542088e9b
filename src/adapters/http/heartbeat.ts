/** Heartbeat: whoever is gone without a word does not answer, and is let go of. */
import type { WebSocket } from "ws";
import type { Milliseconds } from "../../contracts/units.ts";

export function heartbeat(socket: WebSocket, everyMs: Milliseconds): NodeJS.Timeout {
  let answers = true;
  socket.on("pong", () => {
    answers = true;
  });
  return setInterval(() => {
    if (!answers) return socket.terminate();
    answers = false;
    socket.ping();
  }, everyMs).unref();
}
