/** The bar: where one is, how the connection is, and what waits for a person. */
import { IconButton } from "../parts/button.tsx";
import { Glyph, type IconName } from "../parts/glyph.tsx";
import { useNow } from "../session/media.ts";
import { usePage, usePlace, useStanding, useStore } from "../session/page.ts";
import type { Theme } from "../session/theme.ts";
import type { Connection } from "../source.ts";
import { day, duration } from "../state/format.ts";
import type { Tone } from "../state/tone.ts";

interface TopBarProps {
  readonly theme: Theme;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
}

export function TopBar({ theme, onTheme, onHelp }: TopBarProps) {
  const place = usePlace();
  const { inbox } = usePage();
  const waiting = useStore(inbox).open?.length ?? 0;
  return (
    <header className="bar">
      <a className="brand" href="#/" aria-label="Bailiwick: all runs">
        <Mark />
        <span>Bailiwick</span>
      </a>
      <nav aria-label="Views">
        <a className="bar-link" href="#/" aria-current={place.view === "runs" ? "page" : undefined}>
          Runs
        </a>
        <a className="bar-link" href="#/inbox" aria-current={place.view === "inbox" ? "page" : undefined}>
          Inbox
          {waiting === 0 ? null : (
            <span className="badge tone-wait">
              {waiting > 99 ? "99+" : waiting}
              <span className="unseen"> open questions</span>
            </span>
          )}
        </a>
      </nav>
      <div className="bar-end">
        <ConnectionChip />
        <IconButton label={`Theme: ${themeNames[theme]}`} icon={theme} keys="t" onClick={onTheme} />
        <IconButton label="Keyboard" icon="help" keys="?" onClick={onHelp} />
      </div>
    </header>
  );
}

const themeNames: Readonly<Record<Theme, string>> = { auto: "as the system", light: "light", dark: "dark" };

const Mark = () => (
  <svg className="logo" viewBox="0 0 20 20" aria-hidden="true">
    <rect width="20" height="20" rx="5" />
    <path d="M5 6h9.5M5 10h5M5 14h7" />
    <circle cx="14" cy="10" r="1.7" />
  </svg>
);

interface Chip {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly text: string;
  readonly title: string;
}

function ConnectionChip() {
  const standing = useStanding();
  const now = useNow();
  const { source } = usePage();
  const connection: Connection = standing?.connection ?? { kind: "connecting" };
  const { tone, icon, text, title } = chipOf(connection, now);
  const isLookOnly = connection.kind === "live" && standing?.can.decide === false && standing.can.control === false;
  return (
    <span className="standing" role="status">
      {isLookOnly ? <span className="tag tone-calm">Read only</span> : null}
      <span className={`chip tone-${tone}`} title={title}>
        {connection.kind === "live" ? <span className="pulse" /> : <Glyph name={icon} />}
        {text}
      </span>
      {connection.kind === "reconnecting" ? (
        <button type="button" className="link" onClick={() => source.connect()}>
          Now
        </button>
      ) : null}
    </span>
  );
}

function chipOf(connection: Connection, now: number): Chip {
  switch (connection.kind) {
    case "live":
      return { tone: "good", icon: "done", text: "Live", title: "What happens is shown as it happens" };
    case "connecting":
      return { tone: "calm", icon: "running", text: "Connecting", title: "The server is being asked" };
    case "file":
      return {
        tone: "calm",
        icon: "link",
        text: `File of ${day(connection.writtenAt)}`,
        title: "Nothing changes here",
      };
    case "reconnecting": {
      const wait = Math.max(0, connection.retryAt - now);
      const text = wait < 1_000 ? "Reconnecting" : `Again in ${duration(wait)}`;
      return { tone: "wait", icon: "retry", text, title: `${connection.reason}; attempt ${connection.attempt}` };
    }
    case "unauthorised":
      return { tone: "bad", icon: "denied", text: "No access", title: "The token is missing or wrong" };
    case "mismatch":
      return {
        tone: "bad",
        icon: "failed",
        text: "Other version",
        title: `The server speaks version ${connection.theirs}`,
      };
  }
}
