/**
 * Homoglyph: letters that are taken for others. A person who reads `pаypal` does not see that its second letter is
 * Cyrillic; shown as `p\u{430}ypal`, they do (A-HUM-02).
 *
 * H1  In a word that mixes Latin with a script that looks like it, and in one made of look-alikes alone, every letter
 *     that is not ASCII is shown as its number; in what could be an address, every letter that is not ASCII.
 * H2  Characters that stand for ASCII ones (fullwidth, mathematical), and digits that are not ASCII, are shown so always.
 * H3  Text in one script of its own is left as it is.
 */
import { numbered } from "./visible.ts";

const LATIN = /\p{Script=Latin}/u;
const ALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Letters of Cyrillic and Greek that are drawn as a Latin letter is. */
const TWINS = /^[асеорхуіјѕһԁԛԝАВЕЅІЈКМНОРСТУХοινκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]{2,}$/u;
const ADDRESS = /[\p{L}\p{N}](?:[.:@]|\/+)[\p{L}\p{N}]/u;
const FOREIGN_LETTER = /(?=\P{ASCII})\p{L}/gu;
const DISGUISED = /(?=\P{ASCII})[\p{L}\p{N}]/gu;
const WORD = /\S+/gu;

/** The line with every letter that could be taken for another as its number. */
export const unmasked = (line: string): string => line.replaceAll(WORD, unmaskedWord);

function unmaskedWord(word: string): string {
  const isMixed = LATIN.test(word) && ALIKE.test(word);
  const letters = isMixed || ADDRESS.test(word) || TWINS.test(word.replaceAll(/\P{L}/gu, ""));
  return (letters ? word.replaceAll(FOREIGN_LETTER, numbered) : word).replaceAll(DISGUISED, (one) =>
    isDisguised(one) ? numbered(one) : one,
  );
}

const isDisguised = (one: string): boolean => /\p{Nd}/u.test(one) || /^[\x20-\x7e]+$/.test(one.normalize("NFKC"));
