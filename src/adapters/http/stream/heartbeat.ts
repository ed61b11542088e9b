/** Heartbeat: whoever is gone without a word does not answer, and is let go of. */
import type { WebSocket } from "ws";
import type { Milliseconds } from "../../../contracts/units.ts";

/** Beats until the socket is closed. */
export function heartbeat(socket: WebSocket, everyMs: Milliseconds): void {
  let answers = true;
  socket.on("pong", () => {
    answers = true;
  });
  const beating = setInterval(() => {
    if (!answers) return socket.terminate();
    answers = false;
    socket.ping();
  }, everyMs);
  beating.unref();
  socket.once("close", () => clearInterval(beating));
}
