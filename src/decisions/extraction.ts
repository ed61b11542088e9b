/**
 * Extraction: is this value too small to carry instructions?
 *
 * X1  Only numbers, truth values, dates, and texts of a list or of a short pattern without spaces pass.
 * X2  An object has the fields of its shape, no more and no less.
 * X3  What does not fit is said by place and expected type, never by its contents: they are untrusted.
 */
import type { Bounded, Scalar } from "../contracts/labels.ts";

/** Characters an id may have at most. */
const LONGEST_ID = 64;
/** Fields an object may have at most, and texts an enum. */
const MOST = 64;

/** What is wrong with a shape, in words: a shape that bounds nothing is none. */
export function faultOfShape(shape: Bounded): string | undefined {
  if (shape.type !== "object") return faultOfScalar(shape);
  const fields = Object.entries(shape.fields ?? {});
  if (fields.length === 0 || fields.length > MOST) return `an object has 1 to ${MOST} fields`;
  for (const [name, scalar] of fields) {
    const fault = faultOfScalar(scalar);
    if (fault !== undefined) return `field "${name}": ${fault}`;
  }
  return undefined;
}

function faultOfScalar(scalar: Scalar): string | undefined {
  switch (scalar.type) {
    case "boolean":
    case "number":
    case "date":
      return undefined;
    case "enum":
      return scalar.values.length === 0 || scalar.values.length > MOST ? `an enum has 1 to ${MOST} values` : undefined;
    case "id":
      if (!(Number.isSafeInteger(scalar.maxLength) && scalar.maxLength >= 1 && scalar.maxLength <= LONGEST_ID))
        return `an id has a maxLength of 1 to ${LONGEST_ID}`;
      return patternOf(scalar.pattern) === undefined ? "the pattern of an id is not a regular expression" : undefined;
    default:
      return 'a shape is "boolean", "number", "enum", "date", "id", or an "object" of these';
  }
}

/** How a value misses its shape; undefined when it fits. */
export function misfit(value: unknown, shape: Bounded): string | undefined {
  if (shape.type !== "object") return fits(value, shape) ? undefined : `it is not ${nameOf(shape)}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is not an object";
  const names = Object.keys(shape.fields);
  const missing = names.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `field "${missing}" is missing`;
  if (Object.keys(value).length !== names.length) return "it has fields that its shape does not name";
  const wrong = names.find((name) => !fits((value as Record<string, unknown>)[name], shape.fields[name] as Scalar));
  return wrong === undefined ? undefined : `field "${wrong}" is not ${nameOf(shape.fields[wrong] as Scalar)}`;
}

const nameOf = ({ type }: Scalar): string => `of type "${type}", within its bounds`;

function fits(value: unknown, scalar: Scalar): boolean {
  switch (scalar.type) {
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return (
        typeof value === "number" &&
        Number.isFinite(value) &&
        value >= (scalar.min ?? Number.NEGATIVE_INFINITY) &&
        value <= (scalar.max ?? Number.POSITIVE_INFINITY)
      );
    case "enum":
      return typeof value === "string" && scalar.values.includes(value);
    case "date":
      return typeof value === "string" && DATE.test(value);
    case "id":
      return typeof value === "string" && isId(value, scalar.pattern, Math.min(scalar.maxLength, LONGEST_ID));
    default:
      return false;
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

const isId = (value: string, pattern: string, maxLength: number): boolean =>
  value.length > 0 && value.length <= maxLength && !/\s/.test(value) && patternOf(pattern)?.test(value) === true;

/** The whole of the text, whatever the pattern says about its ends. */
function patternOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return undefined;
  }
}
