/**
 * Tokens: the page is opened with `#token=…&approver=…`, which leave the address at once. They are kept for this tab,
 * so that it can be loaded again, and nowhere else.
 */
import { type Tokens, tokensIn } from "../state/fragment.ts";

const KEY = "bailiwick.tokens";

function kept(): Tokens {
  try {
    const { viewer, approver } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    return {
      ...(typeof viewer === "string" ? { viewer } : {}),
      ...(typeof approver === "string" ? { approver } : {}),
    };
  } catch {
    return {};
  }
}

export const tokenStore = {
  read(): Tokens {
    const { tokens, rest } = tokensIn(location.hash);
    if (tokens.viewer === undefined && tokens.approver === undefined) return kept();
    history.replaceState(null, "", `${location.pathname}${rest === "" ? "" : `#${rest}`}`);
    const all = { ...kept(), ...tokens };
    tokenStore.write(all);
    return all;
  },
  write(tokens: Tokens): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(tokens));
    } catch {
      // Where nothing may be kept, the tab asks again when it is loaded again.
    }
  },
};
