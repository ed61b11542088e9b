/** Labels: may a value be believed, and who may learn it. They follow it wherever it goes. */

/** `untrusted`: somebody outside may have chosen the words. */
export type Integrity = "trusted" | "untrusted";

/** Who may learn a value: names that tools and their `egress` agree on, such as addresses. */
export type Readers = "public" | readonly string[];

export interface Labels {
  readonly integrity: Integrity;
  readonly readers: Readers;
}

/** What brought a label: a tool's result, a signal, what the run was started with. */
export interface Origin extends Labels {
  /** `read_mail`, `signal inbox`, `the run's input`. */
  readonly source: string;
  /** The act that heard it first, where it was one: `<agent actor>/<n>`. */
  readonly act?: string;
}

/** Labels with what made them stricter than `trusted` and `public`. */
export interface Tracked extends Labels {
  readonly from?: readonly Origin[];
}

/** What becomes of a call that the flow rules do not let through. */
export type FlowStop = "ask" | "deny";

/** How information flow is controlled in a run; plain data, journalled with the start. */
export interface FlowSettings {
  /** A consequential call out of an untrusted context. Default `ask`. */
  readonly onUntrusted?: FlowStop;
  /** A call that would tell somebody what they may not learn. Default `deny`. */
  readonly onEgress?: FlowStop;
  /** Labels of what people answer. Default: trusted and public. */
  readonly answers?: Labels;
}

/** The rules of a run, and the labels of what an agent has heard. */
export interface InFlow {
  readonly rules: FlowSettings;
  readonly labels: Tracked;
}

/** A value with no room for instructions. */
export type Scalar =
  | { readonly type: "boolean" }
  | { readonly type: "number"; readonly min?: number; readonly max?: number }
  /** One of these texts. */
  | { readonly type: "enum"; readonly values: readonly string[] }
  /** `2026-03-01`, or with a time after it. */
  | { readonly type: "date" }
  /** A text of at most `maxLength` (64 or less) characters, all of it matching `pattern`; never with a space in it. */
  | { readonly type: "id"; readonly pattern: string; readonly maxLength: number };

/** The shape of what an extractor may say: one scalar, or a flat object of them, no field more and none less. */
export type Bounded = Scalar | { readonly type: "object"; readonly fields: { readonly [name: string]: Scalar } };

/** Makes a tool or an agent an extractor: its output is held against the shape, and then counts as trusted. */
export interface Extraction {
  readonly shape: Bounded;
  /** Who may learn the extracted value. Default: those who might learn what it was extracted from. */
  readonly readers?: Readers;
}
