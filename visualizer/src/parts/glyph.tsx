/** Glyphs: 16 by 16, drawn in the colour of the text around them. They say nothing alone: a word stands beside each. */
import type { GlyphName } from "../state/tone.ts";

export type IconName =
  | GlyphName
  | "play"
  | "pause"
  | "forward"
  | "back"
  | "next"
  | "previous"
  | "search"
  | "fork"
  | "compare"
  | "copy"
  | "close"
  | "chevron"
  | "help"
  | "light"
  | "dark"
  | "auto"
  | "shield"
  | "broken"
  | "download"
  | "inbox"
  | "cancel"
  | "clock"
  | "link";

const paths: Readonly<Record<IconName, string>> = {
  running: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5M8 5.2V8l2 1.4",
  waiting: "M6 4.5v7M10 4.5v7",
  done: "M3.5 8.4l3 3 6-6.6",
  failed: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  stopped: "M8 2.7a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6M4.4 11.6l7.2-7.2",
  idle: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9",
  loop: "M12.6 6.5A5 5 0 0 0 3.4 6M3.2 3.2V6H6M3.4 9.5a5 5 0 0 0 9.2.5M12.8 12.8V10H10",
  budget:
    "M8 2.5v11M10.8 4.8C10.2 4 9.2 3.7 8 3.7c-1.7 0-2.8.8-2.8 2 0 2.9 5.8 1.5 5.8 4.5 0 1.3-1.3 2.1-3 2.1-1.4 0-2.5-.5-3.1-1.4",
  denied: "M8 2.7a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6M5.3 8h5.4",
  question: "M5.8 6.2a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.3v.2",
  conflict: "M2.5 5.5h6l-2-2M13.5 10.5h-6l2 2",
  retry: "M12.5 8a4.5 4.5 0 1 1-1.4-3.3M12.7 2.8v2.5h-2.5",
  late: "M8 2.7a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6M8 5v3.2l2.2 1.2",
  share: "M4.5 8h7M8.5 5l3 3-3 3M4.5 4v8",
  quarantine: "M8 2.5l4.7 1.8v3.4c0 2.9-1.9 4.9-4.7 5.8-2.8-.9-4.7-2.9-4.7-5.8V4.3zM6 6l4 4M10 6l-4 4",
  order: "M4 13.5v-11M4 3.2h7.5l-1.6 2.6 1.6 2.6H4",
  plan: "M3 3.5h4v3H3zM9 9.5h4v3H9zM5 6.5V11h4",
  state: "M3 8h7M7.5 5l3 3-3 3M13 4v8",
  play: "M5 3.5v9l7-4.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  forward: "M6 4l4 4-4 4",
  back: "M10 4L6 8l4 4",
  next: "M4 4l4 4-4 4M11.5 4v8",
  previous: "M12 4L8 8l4 4M4.5 4v8",
  search: "M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8M10 10l3.2 3.2",
  fork: "M4.5 2.8v10.4M4.5 9.5c0-2 7-1 7-4.2V2.8M9.6 4.7l1.9-1.9 1.9 1.9",
  compare: "M3 3.5h4v9H3zM9 3.5h4v9H9zM4.4 6h1.2M10.4 6h1.2M10.4 8.5h1.2",
  copy: "M5.5 5.5v-2h7v7h-2M3.5 5.5h7v7h-7z",
  close: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  chevron: "M6 4l4 4-4 4",
  help: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2M6.4 6.5a1.6 1.6 0 1 1 2.4 1.4c-.5.3-.8.6-.8 1.2M8 11v.1",
  light:
    "M8 5.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1",
  dark: "M12.8 9.6A5.3 5.3 0 1 1 6.4 3.2a4.3 4.3 0 0 0 6.4 6.4z",
  auto: "M8 2.7a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6M8 2.7v10.6M9.8 5.2v5.6M11.6 6v4",
  shield: "M8 2.5l4.7 1.8v3.4c0 2.9-1.9 4.9-4.7 5.8-2.8-.9-4.7-2.9-4.7-5.8V4.3zM5.8 8l1.6 1.6 2.9-3.1",
  broken: "M8 2.5l4.7 1.8v3.4c0 2.9-1.9 4.9-4.7 5.8-2.8-.9-4.7-2.9-4.7-5.8V4.3zM8 5.5v3M8 10.5v.1",
  download: "M8 2.8v7M5 7l3 3 3-3M3 13h10",
  inbox: "M2.8 9l1.7-5.5h7L13.2 9v3.5H2.8zM2.8 9h3l.8 1.5h2.8l.8-1.5h3",
  cancel: "M4.5 4.5h7v7h-7z",
  clock: "M8 2.7a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6M8 5v3.2l2.2 1.2",
  link: "M6.5 9.5l3-3M7 5l1.6-1.6a2.5 2.5 0 0 1 3.6 3.6L10.6 8.6M9 11l-1.6 1.6A2.5 2.5 0 0 1 3.8 9L5.4 7.4",
};

export function Glyph({ name }: { readonly name: IconName }) {
  return (
    <svg className="glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
