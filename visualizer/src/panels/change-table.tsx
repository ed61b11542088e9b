/** Changes, by path: what was there, and what is there now. */
import { useState } from "react";
import type { Json } from "../../../src/contracts/json.ts";
import { Said, Text } from "../parts/said.tsx";
import type { Change } from "../state/changes.ts";
import { count } from "../state/format.ts";

const FIRST = 100;

export function ChangeTable({ changes }: { readonly changes: readonly Change[] }) {
  const [most, setMost] = useState(FIRST);
  return (
    <div className="changes">
      {changes.slice(0, most).map(({ path, before, after }) => (
        <div key={path} className="change">
          <code className="change-path">{path === "" ? "the whole" : <Said text={path} />}</code>
          <Value sign="−" name="before" value={before} />
          <Value sign="+" name="after" value={after} />
        </div>
      ))}
      {changes.length > most ? (
        <button type="button" className="link" onClick={() => setMost(most * 4)}>
          {count(changes.length - most)} more: show
        </button>
      ) : null}
    </div>
  );
}

const CUT = 1_200;

function Value({
  sign,
  name,
  value,
}: {
  readonly sign: string;
  readonly name: string;
  readonly value: Json | undefined;
}) {
  if (value === undefined) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, typeof value === "object" ? 1 : 0);
  const left = text.length - CUT;
  return (
    <div className={`change-${name}`}>
      <span className="change-sign">
        <span aria-hidden="true">{sign}</span>
        <span className="unseen">{name}</span>
      </span>
      <span>
        <Text text={text.slice(0, CUT)} />
        {left > 0 ? <span className="muted"> … {count(left)} characters more</span> : null}
      </span>
    </div>
  );
}
