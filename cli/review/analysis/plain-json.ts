/**
 * Reading JSON that somebody else wrote. Only own properties are looked at, so `__proto__` and `constructor` are
 * ordinary names; nothing here throws.
 */
export type Parsed =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "malformed"; readonly why: string };

export function parseJson(text: string): Parsed {
  try {
    return { kind: "value", value: JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text) };
  } catch (error) {
    // The engine quotes the text around the fault: enough to find it, and cut here so that it stays a quotation.
    return { kind: "malformed", why: error instanceof Error ? error.message.slice(0, 200) : "not JSON" };
  }
}

export type Fields = { readonly [name: string]: unknown };

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const field = (value: unknown, name: string): unknown =>
  isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;

export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" ? found : undefined;
}

export const isTrue = (value: unknown, name: string): boolean => field(value, name) === true;

/** The fields of an object; none for anything else. */
export const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isFields(value) ? Object.entries(value) : [];

/** Those fields that are texts. */
export const textEntriesOf = (value: unknown): readonly (readonly [string, string])[] =>
  entriesOf(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
