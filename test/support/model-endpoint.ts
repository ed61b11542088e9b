/**
 * Model endpoint: a real HTTP server that speaks the OpenAI-compatible protocol (chat completions, streamed), and
 * misbehaves as it is told to. It honours idempotency keys, and counts what it has billed.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ChatMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly max_tokens?: number;
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly name: string } };
  readonly stream?: boolean;
}

export interface Received {
  readonly body: ChatRequest;
  readonly headers: IncomingHttpHeaders;
}

/** What is sent back. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a status that is no stream. */
  readonly body?: string;
  /** Payloads of the stream's events. */
  readonly events?: readonly (string | Uint8Array)[];
  /** The connection is closed after so many bytes of the stream: by a reset, or as if all had been said. */
  readonly cutAfter?: number;
  readonly cutBy?: "reset" | "end";
  /** After what there is, nothing comes and the connection stays open. */
  readonly hangs?: true;
}

export interface WireCall {
  readonly id?: string;
  readonly name: string;
  readonly arguments: string;
  readonly index?: number;
}

export interface WireAnswer {
  readonly text?: string;
  readonly calls?: readonly WireCall[];
  /** Null: none is given. Default: `tool_calls` with calls, else `stop`. */
  readonly finish?: string | null;
  /** Null: none is given. Default: ten tokens in, five out. */
  readonly usage?: object | null;
  readonly model?: string;
  readonly refusal?: string;
  readonly reasoning?: string;
  /** An error in the stream, after all that. */
  readonly error?: object;
}

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** An answer as a well-behaved server streams it: texts in small pieces, arguments in smaller ones. */
export function answer(said: WireAnswer): Reply {
  const { text = "", calls = [], usage = USAGE, model = "small", refusal, reasoning, error } = said;
  const { finish = calls.length > 0 ? "tool_calls" : "stop" } = said;
  const chunk = (choices: readonly object[], more: object = {}): string =>
    JSON.stringify({ id: "chat-1", object: "chat.completion.chunk", created: 1, model, choices, ...more });
  const delta = (one: object, finish_reason: string | null = null): string =>
    chunk([{ index: 0, delta: one, finish_reason }]);
  return {
    events: [
      delta({ role: "assistant", content: "" }),
      ...piecesOf(reasoning ?? "", 7).map((piece) => delta({ reasoning_content: piece })),
      ...piecesOf(text, 7).map((piece) => delta({ content: piece })),
      ...(refusal === undefined ? [] : [delta({ refusal })]),
      ...calls.flatMap((call, place) => callDeltas(call, place).map((one) => delta({ tool_calls: [one] }))),
      ...(error === undefined ? [] : [JSON.stringify({ error })]),
      ...(finish === null ? [] : [delta({}, finish)]),
      ...(usage === null ? [] : [chunk([], { usage })]),
      ...(error === undefined ? ["[DONE]"] : []),
    ],
  };
}

function callDeltas({ id, name, arguments: args, index }: WireCall, place: number): readonly object[] {
  const at = { index: index ?? place };
  return [
    { ...at, id: id ?? `call_${place}`, type: "function", function: { name, arguments: "" } },
    ...piecesOf(args, 4).map((piece) => ({ ...at, function: { arguments: piece } })),
  ];
}

function piecesOf(text: string, size: number): readonly string[] {
  const letters = [...text];
  return Array.from({ length: Math.ceil(letters.length / size) }, (_, n) =>
    letters.slice(n * size, (n + 1) * size).join(""),
  );
}

/** A refusal, as providers write it. */
export const refuse = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers,
  body: JSON.stringify({ error: { message: `refused: ${code}`, type: code, code } }),
});

/** Bytes of the stream of a reply. */
export const lengthOf = (reply: Reply): number => bytesOf(reply).length;

function bytesOf({ events = [] }: Reply): Uint8Array {
  const line = (data: string | Uint8Array): Uint8Array[] => [
    Buffer.from("data: "),
    typeof data === "string" ? Buffer.from(data) : data,
    Buffer.from("\n\n"),
  ];
  return Buffer.concat(events.flatMap(line));
}

export type Script = readonly Reply[] | ((request: Received, number: number) => Reply | Promise<Reply>);

export interface ModelEndpoint {
  /** For the client: up to the version. */
  readonly baseUrl: string;
  /** All requests, in order. */
  readonly received: readonly Received[];
  /** Answers that were begun and not said before: what its provider would charge for. */
  readonly billed: number;
  close(): Promise<void>;
}

/** Opens an endpoint that gives one reply after the other, or what the function says. */
export async function modelEndpoint(
  script: Script,
  { honoursKeys = true }: { readonly honoursKeys?: boolean } = {},
): Promise<ModelEndpoint> {
  const received: Received[] = [];
  const given = new Map<string, Reply>();
  let next = 0;
  let billed = 0;
  const replyTo = async (request: Received): Promise<Reply> => {
    const key = String(request.headers["idempotency-key"] ?? "");
    const known = honoursKeys ? given.get(key) : undefined;
    if (known !== undefined) return known;
    const number = next++;
    const reply = typeof script === "function" ? await script(request, number) : script[number];
    if (reply === undefined) return refuse(500, "the_script_has_ended");
    if ((reply.status ?? 200) !== 200) return reply;
    billed++;
    const { cutAfter: _, cutBy: __, hangs: ___, ...whole } = reply;
    // One that fails in the middle is not kept.
    if (key !== "" && whole.events?.includes("[DONE]") === true) given.set(key, whole);
    return reply;
  };
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then(async (text) => {
      if (incoming.method === "GET") {
        send({ body: JSON.stringify({ data: [{ id: "small" }] }) }, outgoing);
        return;
      }
      const request: Received = { body: JSON.parse(text) as ChatRequest, headers: incoming.headers };
      received.push(request);
      send(await replyTo(request), outgoing);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    received,
    get billed() {
      return billed;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function send(reply: Reply, outgoing: ServerResponse): void {
  const { status = 200, headers = {}, body, cutAfter, cutBy = "reset", hangs } = reply;
  if (body !== undefined) {
    outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    return;
  }
  outgoing.writeHead(status, { "content-type": "text/event-stream", ...headers });
  const bytes = bytesOf(reply);
  const sent = cutAfter === undefined ? bytes : bytes.subarray(0, cutAfter);
  if (hangs === true) outgoing.write(sent);
  else if (cutAfter === undefined || cutBy === "end") outgoing.end(sent);
  else {
    outgoing.flushHeaders();
    outgoing.write(sent, () => outgoing.destroy());
  }
}
