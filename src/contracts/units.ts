/** Quantities with their unit in the type. */

declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]?: Name };

/** Millionths of a US dollar, an integer. Money is never a float. */
export type MicroUsd = Unit<"microUsd">;
export type Tokens = Unit<"tokens">;
export type Milliseconds = Unit<"ms">;
/** UTC, milliseconds since 1970. */
export type Timestamp = Unit<"timestamp">;
/** Place of an entry in its run's journal: 1, 2, 3 … without gaps. */
export type Seq = Unit<"seq">;
/** Counts the owners a run has had. An entry of an older epoch never follows one of a newer. */
export type Epoch = Unit<"epoch">;

/** US dollars to micro-dollars, rounded up so that a hold is never too small. */
export const microUsd = (usd: number): MicroUsd => Math.ceil(usd * 1_000_000 - 1e-6);
