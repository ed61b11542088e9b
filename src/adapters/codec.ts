import superjson from "superjson";
import type { JsonObject } from "../contracts/json.ts";
import type { CodecPort } from "../contracts/ports.ts";

/** Date, Map, Set, bigint, Error and the like, through superjson. What it cannot represent is undefined. */
export const superjsonCodec = (): CodecPort => ({
  encode: (value) => {
    try {
      return superjson.serialize(value) as unknown as JsonObject;
    } catch {
      return undefined;
    }
  },
  decode: (value) => superjson.deserialize(value as never),
});
