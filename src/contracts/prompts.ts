/** Prompts: the words a model is told beside the task itself. */

/** A prompt of the house. Its `version` grows when its words change; a test holds each to its digest. */
export interface Prompt {
  readonly name: string;
  readonly version: number;
  /** With `{{name}}` where a value goes. */
  readonly text: string;
}

/** The words one user of a model works with: the prompt of the house, and what the application adds. Runs start with its digest. */
export interface PromptUse {
  /** `<name>@<version>`. */
  readonly name: string;
  readonly text: string;
}
