/** What is bound, value by value, each line behind a bar. What is not shown is counted, and can be asked for. */
import { Fragment, useMemo } from "react";
import type { RenderedValue, Rendering } from "../../../src/decisions/rendering.ts";
import { Glyph } from "../parts/glyph.tsx";
import { Virtual } from "../parts/virtual.tsx";
import { count, plural } from "../state/format.ts";
import { rowsOf } from "../state/subject-rows.ts";

interface SubjectProps {
  readonly rendering: Rendering;
  readonly onWhole: () => void;
}

/** Rows beyond which it has a window of its own, and one scrolls. */
const WINDOWED = 160;

export function Subject({ rendering: { heading, values, hidden, warnings }, onWhole }: SubjectProps) {
  const rows = useMemo(() => values.flatMap(rowsOf), [values]);
  return (
    <section className="subject">
      <h3>{heading}</h3>
      {warnings.map((warning) => (
        <p key={warning} className="notice tone-bad">
          <Glyph name="broken" />
          {warning}
        </p>
      ))}
      {rows.length > WINDOWED ? (
        <Long rows={rows} values={values.length} />
      ) : (
        <dl className="values">
          {values.map((value) => (
            <Value key={value.path} value={value} />
          ))}
        </dl>
      )}
      {hidden === 0 ? null : (
        <p className="notice tone-wait">
          <Glyph name="late" />
          <span>{`${plural(hidden, "byte")} not shown. It can be approved only once all of it is.`}</span>
          <button type="button" className="button button-plain" onClick={onWhole}>
            Show all
          </button>
        </p>
      )}
    </section>
  );
}

function Value({ value: { path, lines, of, hidden } }: { readonly value: RenderedValue }) {
  return (
    <div className={lines.length === 1 ? "value" : "value is-block"}>
      <dt>{breakable(path)}</dt>
      <dd>
        {linesOf(lines)}
        {hidden === 0 ? null : (
          <span className="value-left">{`… ${count(hidden)} bytes of ${plural(of, "line")} not shown`}</span>
        )}
      </dd>
    </div>
  );
}

/** A path may be broken at its dots, and nowhere else. */
const breakable = (path: string) =>
  path.split(/(?<=\.)/).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part has no name but its place
    <Fragment key={place}>
      {part}
      <wbr />
    </Fragment>
  ));

const linesOf = (lines: readonly string[]) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name but its place
  lines.map((line, place) => <Line key={place} text={line} />);

const Line = ({ text }: { readonly text: string }) => (
  <span className="value-line">
    <bdi>{text}</bdi>
  </span>
);

interface LongProps {
  readonly rows: ReturnType<typeof rowsOf>;
  readonly values: number;
}

/** All of it is here, and one scrolls. */
function Long({ rows, values }: LongProps) {
  return (
    <>
      <p className="value-left">{`${plural(values, "value")} in ${plural(rows.length, "row")}: scroll to see them all`}</p>
      <div className="value-window">
        <Virtual
          count={rows.length}
          height={20}
          label="What is bound"
          row={(place) => {
            const { path, text, note } = rows[place] ?? {};
            return (
              <li key={place} className="value-row">
                {path === undefined ? null : <span className="value-path">{path}</span>}
                {text === undefined ? null : <Line text={text} />}
                {note === undefined ? null : <span className="value-left">{note}</span>}
              </li>
            );
          }}
        />
      </div>
    </>
  );
}
