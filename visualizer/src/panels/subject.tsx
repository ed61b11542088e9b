/** What is bound, value by value, each line behind a bar. What is not shown is counted, and can be asked for. */

import { Fragment } from "react";
import type { RenderedValue, Rendering } from "../../../src/decisions/rendering.ts";
import { Glyph } from "../parts/glyph.tsx";
import { Virtual } from "../parts/virtual.tsx";
import { count, plural } from "../state/format.ts";

interface SubjectProps {
  readonly rendering: Rendering;
  readonly onWhole: () => void;
}

/** Lines beyond which a text gets a window of its own. */
const WINDOWED = 60;
/** Characters of one line on the screen. */
const COLUMNS = 120;

export function Subject({ rendering: { heading, values, hidden, warnings }, onWhole }: SubjectProps) {
  return (
    <section className="subject">
      <h3>{heading}</h3>
      {warnings.map((warning) => (
        <p key={warning} className="notice tone-bad">
          <Glyph name="broken" />
          {warning}
        </p>
      ))}
      <dl className="values">
        {values.map((value) => (
          <Value key={value.path} value={value} />
        ))}
      </dl>
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
  const isLong = lines.length > WINDOWED || lines.some((line) => line.length > 4_000);
  return (
    <div className={lines.length === 1 && !isLong ? "value" : "value is-block"}>
      <dt>{breakable(path)}</dt>
      <dd>
        {isLong ? <Long path={path} lines={lines} /> : linesOf(lines)}
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

/** Of more lines than fit: they are all here, and one scrolls. */
function Long({ path, lines }: { readonly path: string; readonly lines: readonly string[] }) {
  const rows = lines.flatMap((line) =>
    line.length <= COLUMNS ? [line] : (line.match(new RegExp(`.{1,${COLUMNS}}`, "gsu")) ?? [line]),
  );
  return (
    <>
      <span className="value-left">{`${plural(lines.length, "line")}: scroll to see them all`}</span>
      <div className="value-window">
        <Virtual
          count={rows.length}
          height={18}
          label={`${path}, ${plural(lines.length, "line")}`}
          row={(place) => (
            <li key={place} className="value-row">
              <Line text={rows[place] ?? ""} />
            </li>
          )}
        />
      </div>
    </>
  );
}
