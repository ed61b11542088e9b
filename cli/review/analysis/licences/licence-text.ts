/** Which licences does a text state? Known by sentences that no other licence has. */

/** All phrases must be there, and none of `without`. Written as {@link normalised} writes. */
interface Mark {
  readonly id: string;
  readonly phrases: readonly string[];
  readonly without?: readonly string[];
}

const MIT_GRANT = "permission is hereby granted, free of charge, to any person obtaining a copy of this software";
const MIT_NOTICE = "the above copyright notice and this permission notice";
const ISC_GRANT =
  "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted";
const ISC_OLD_GRANT =
  "permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted";
const ISC_NOTICE = "provided that the above copyright notice and this permission notice appear in all copies";
const BSD_GRANT = "redistribution and use in source and binary forms, with or without modification, are permitted";
const BSD_NAMES = [
  "neither the name",
  "the names of its contributors may not be used",
  "the name of the author may not be used",
];

const MARKS: readonly Mark[] = [
  { id: "MIT", phrases: [MIT_GRANT, MIT_NOTICE] },
  { id: "MIT-0", phrases: [MIT_GRANT], without: [MIT_NOTICE] },
  { id: "ISC", phrases: [ISC_GRANT, ISC_NOTICE] },
  { id: "ISC", phrases: [ISC_OLD_GRANT, ISC_NOTICE] },
  { id: "0BSD", phrases: [ISC_GRANT], without: [ISC_NOTICE] },
  { id: "Apache-2.0", phrases: ["apache license version 2.0, january 2004"] },
  {
    id: "Apache-2.0",
    phrases: ["licensed under the apache license, version 2.0"],
    without: ["apache license version 2.0, january 2004"],
  },
  { id: "BSD-2-Clause", phrases: [BSD_GRANT], without: BSD_NAMES },
  { id: "BSD-4-Clause", phrases: [BSD_GRANT, "all advertising materials mentioning features"] },
  ...BSD_NAMES.map((name, index) => ({
    id: "BSD-3-Clause",
    phrases: [BSD_GRANT, name],
    without: ["all advertising materials mentioning features", ...BSD_NAMES.slice(0, index)],
  })),
  // The texts of the GNU family name one another; each names itself only together with its date.
  { id: "AGPL-3.0", phrases: ["gnu affero general public license version 3, 19 november 2007"] },
  { id: "LGPL-3.0", phrases: ["gnu lesser general public license version 3, 29 june 2007"] },
  { id: "LGPL-2.1", phrases: ["gnu lesser general public license version 2.1, february 1999"] },
  { id: "LGPL-2.0", phrases: ["gnu library general public license version 2, june 1991"] },
  { id: "GPL-3.0", phrases: ["gnu general public license version 3, 29 june 2007"] },
  { id: "GPL-2.0", phrases: ["gnu general public license version 2, june 1991"] },
  { id: "MPL-2.0", phrases: ["mozilla public license version 2.0", "covered software"] },
  { id: "Unlicense", phrases: ["this is free and unencumbered software released into the public domain"] },
  { id: "CC0-1.0", phrases: ["cc0 1.0 universal"] },
];

/** Lower case, one space between words; what editors and comment styles change is left out. */
const normalised = (text: string): string =>
  text
    .slice(0, 200_000)
    .toLowerCase()
    .replaceAll(/[^a-z0-9.,/]+/g, " ");

/** In the order they begin; empty when none is known. */
export function identifyLicences(text: string): readonly string[] {
  const plain = normalised(text);
  const found = new Map<string, number>();
  for (const { id, phrases, without = [] } of MARKS) {
    const at = phrases.map((phrase) => plain.indexOf(phrase));
    if (at.includes(-1) || without.some((phrase) => plain.includes(phrase))) continue;
    if (!found.has(id)) found.set(id, Math.min(...at));
  }
  return [...found].sort((a, b) => a[1] - b[1]).map(([id]) => id);
}

/** `GPL-3.0-or-later` and `GPL-3.0` are one text. */
export const textIdOf = (id: string): string => id.replace(/-(?:only|or-later)$/, "");
