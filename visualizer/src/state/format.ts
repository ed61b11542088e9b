/** Format: numbers and times as people read them. */
import type { Pot } from "../../../src/contracts/budget.ts";
import type { MicroUsd, Milliseconds, Timestamp } from "../../../src/contracts/units.ts";

const whole = new Intl.NumberFormat("en-US");
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export const count = (value: number): string => whole.format(value);

export const compact = (value: number): string => (value < 10_000 ? whole.format(value) : short.format(value));

/** `1 entry`, `2 entries`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export function usd(value: MicroUsd): string {
  const dollars = value / 1_000_000;
  if (value === 0) return "$0";
  const digits = Math.abs(dollars) >= 1 ? 2 : Math.abs(dollars) >= 0.01 ? 3 : 5;
  return `$${dollars.toFixed(digits)}`;
}

export const share = (value: number): string => `${Math.round(value * 100)} %`;

const UNITS: readonly (readonly [name: string, ms: Milliseconds])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** The two largest units: `2 h 5 min`. */
export function duration(ms: Milliseconds): string {
  const total = Math.max(0, ms);
  if (total < 1_000) return `${Math.round(total)} ms`;
  const at = UNITS.findIndex(([, size]) => total >= size);
  const [name, size] = UNITS[at] ?? ["s", 1_000];
  const next = UNITS[at + 1];
  const first = Math.floor(total / size);
  const rest = next === undefined ? 0 : Math.floor((total - first * size) / next[1]);
  return rest === 0 || next === undefined ? `${first} ${name}` : `${first} ${name} ${rest} ${next[0]}`;
}

/** `3 min ago`. */
export const ago = (at: Timestamp, now: Timestamp): string => {
  const ms = now - at;
  if (ms < 5_000) return "now";
  const [name, size] = UNITS.find(([, unit]) => ms >= unit) ?? ["s", 1_000];
  return `${Math.floor(ms / size)} ${name} ago`;
};

const two = (value: number, places = 2): string => String(value).padStart(places, "0");

/** Time of day, to the millisecond. */
export function clock(at: Timestamp): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`;
}

export function day(at: Timestamp): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

export const potNames: Readonly<Record<Pot, string>> = {
  costMicroUsd: "Cost",
  tokens: "Tokens",
  steps: "Steps",
  toolCalls: "Tool calls",
  wallMs: "Wall time",
  activeMs: "Active time",
};

/** An amount of a pot, with its unit. */
export function quantity(pot: Pot, value: number): string {
  if (pot === "costMicroUsd") return usd(value);
  return pot === "wallMs" || pot === "activeMs" ? duration(value) : compact(value);
}
