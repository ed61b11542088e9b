/** The blackboard at the moment that is shown: each value, its version, and who wrote it. */
import { useState } from "react";
import type { Entry } from "../../../src/contracts/blackboard.ts";
import type { Moment } from "../../../src/contracts/inspection.ts";
import { Empty } from "../parts/empty.tsx";
import { JsonTree } from "../parts/json-tree.tsx";
import { Said } from "../parts/said.tsx";
import { oneLine } from "../state/changes.ts";
import { clock, count, plural } from "../state/format.ts";

const MOST = 200;

export function BoardPanel({ moment: { board, output } }: { readonly moment: Moment }) {
  const [search, setSearch] = useState("");
  const fit = board.filter(({ key }) => key.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <div className="panel" data-panel="board">
      {output === undefined ? null : (
        <section className="panel-section">
          <h2 className="panel-sub">Output of the run</h2>
          <JsonTree value={output} label="Output of the run" />
        </section>
      )}
      {board.length === 0 ? (
        <Empty title="The blackboard is empty">What agents share appears here, with who wrote it.</Empty>
      ) : (
        <>
          <div className="panel-head">
            <h2 className="panel-sub">Blackboard</h2>
            <span className="muted">{plural(board.length, "value")}</span>
            <label className="search">
              <span className="unseen">Search keys</span>
              <input
                type="search"
                placeholder="Key"
                value={search}
                onChange={({ target }) => setSearch(target.value)}
              />
            </label>
          </div>
          {fit.slice(0, MOST).map((entry) => (
            <One key={entry.key} entry={entry} />
          ))}
          {fit.length > MOST ? <p className="muted">{count(fit.length - MOST)} more: search for their keys.</p> : null}
        </>
      )}
    </div>
  );
}

function One({ entry: { key, version, value, author, at } }: { readonly entry: Entry }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <article className="card board">
      <button type="button" className="board-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <code>
          <Said text={key} />
        </code>
        <span className="muted number">v{version}</span>
        {isOpen ? null : (
          <span className="board-value">
            <Said text={oneLine(value)} />
          </span>
        )}
      </button>
      {isOpen ? <JsonTree value={value} label={`Value of ${key}`} rows={12} /> : null}
      <p className="muted">
        <Said text={`${author.agent}, ${author.task}`} />, {clock(at)}
      </p>
    </article>
  );
}
