/** AI SDK model: the model an agent is given in place of its own. Each question is a proposal; each answer is on record. */
import type { LanguageModel } from "ai";
import type { Gate } from "./bridging.ts";

export type V4Model = Extract<LanguageModel, { readonly specificationVersion: "v4" }>;
export type V4Options = Parameters<V4Model["doGenerate"]>[0];
export type V4Result = Awaited<ReturnType<V4Model["doGenerate"]>>;
type V4Stream = Awaited<ReturnType<V4Model["doStream"]>>["stream"];
type V4Part = V4Stream extends ReadableStream<infer Part> ? Part : never;

/** What is asked, without what belongs to the attempt: headers may hold keys, and a signal is no question. */
export type V4Call = Omit<V4Options, "abortSignal" | "headers" | "includeRawChunks">;

export function modelWithin(model: V4Model, tool: string, gate: Gate): V4Model {
  const ask = ({ abortSignal: _, headers: __, includeRawChunks: ___, ...call }: V4Options): Promise<V4Result> =>
    gate.tool(tool, call) as Promise<V4Result>;
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: ask,
    doStream: async (options) => ({ stream: streamOf(await ask(options)) }),
  };
}

/** A recorded answer as a stream: whole, since only what is on record is an answer. */
function streamOf(answer: V4Result): V4Stream {
  const { content, warnings, usage, finishReason, providerMetadata } = answer;
  const parts: V4Part[] = [
    { type: "stream-start", warnings },
    ...content.flatMap((part, n): readonly V4Part[] => {
      const id = String(n);
      switch (part.type) {
        case "text":
          return [
            { type: "text-start", id },
            { type: "text-delta", id, delta: part.text },
            { type: "text-end", id },
          ];
        case "reasoning":
          return [
            { type: "reasoning-start", id },
            { type: "reasoning-delta", id, delta: part.text },
            { type: "reasoning-end", id },
          ];
        default:
          return [part];
      }
    }),
    { type: "finish", usage, finishReason, ...(providerMetadata === undefined ? {} : { providerMetadata }) },
  ];
  return new ReadableStream<V4Part>({
    start: (controller) => {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  }) as V4Stream;
}
