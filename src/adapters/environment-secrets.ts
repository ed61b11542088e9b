/** Secrets that this process was given in its environment, as far as their names say so. */

const NAMED = /(?:^|[_-])(?:api_?key|key|token|secret|password|passwd|passphrase|credentials?)$/i;

/** Shorter ones may be ordinary words: a password "postgres" would be looked for in every text. */
const SHORTEST = 16;
/** A password in a URL is one whatever its variable is called. */
const SHORTEST_IN_URL = 8;

export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value = ""]) => [
    ...(NAMED.test(name) && value.length >= SHORTEST ? [value] : []),
    ...passwordIn(value),
  ]);
}

function passwordIn(value: string): readonly string[] {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/\s]*:[^/\s]*@/i.test(value) || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  const plain = decodable(password);
  return [...new Set([password, plain])].filter((one) => one.length >= SHORTEST_IN_URL);
}

function decodable(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
