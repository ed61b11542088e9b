/** The page: a bar, and under it the runs, the inbox or one run. */
import { useEffect, useState } from "react";
import { ConnectionGate } from "./panels/connection.tsx";
import { Help } from "./panels/help.tsx";
import { InboxView } from "./panels/inbox-view.tsx";
import { RunView } from "./panels/run-view.tsx";
import { RunsView } from "./panels/runs-view.tsx";
import { Toasts } from "./panels/toasts.tsx";
import { TopBar } from "./panels/top-bar.tsx";
import { Boundary } from "./parts/boundary.tsx";
import { useKeys } from "./session/keys.ts";
import { createPage, type Page, PageProvider, usePage, usePlace, useStanding, useStore } from "./session/page.ts";
import { applyTheme, keptTheme, nextTheme } from "./session/theme.ts";
import { useTitle } from "./session/title.ts";
import type { Source } from "./source.ts";

export function App({ source }: { readonly source: Source }) {
  const [page] = useState(() => createPage(source));
  useEffect(() => feed(page), [page]);
  return (
    <PageProvider value={page}>
      <Shell />
      <Toasts />
    </PageProvider>
  );
}

/** Keeps the inbox and the list of runs as they are. */
function feed({ source, inbox, runs }: Page): () => void {
  const ask = () =>
    source.inbox().then(
      (questions) => inbox.dispatch({ kind: "open", questions, at: Date.now() }),
      () => undefined,
    );
  const stops = [
    source.watchAll((data) => {
      if (data.kind === "inbox") inbox.dispatch({ kind: "open", questions: data.questions, at: Date.now() });
      if (data.kind === "runs") runs.dispatch({ kind: "told", rows: data.rows });
    }),
    source.onStanding(({ connection }) => {
      if (connection.kind === "live" || connection.kind === "file") void ask();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function Shell() {
  const standing = useStanding();
  const place = usePlace();
  const { places } = usePage();
  const waiting = useStore(usePage().inbox).open?.length ?? 0;
  useTitle(place.view === "run" ? place.run : place.view === "inbox" ? "Inbox" : "Runs", waiting);
  const [isHelping, setHelping] = useState(false);
  const [theme, setTheme] = useState(keptTheme);
  useEffect(() => applyTheme(theme), [theme]);
  useKeys({
    "?": () => setHelping(true),
    t: () => setTheme(nextTheme),
    g: () => places.go({ view: "runs" }),
    i: () => places.go({ view: "inbox" }),
  });
  return (
    <div className="page">
      <button type="button" className="skip" onClick={() => document.getElementById("content")?.focus()}>
        Skip to content
      </button>
      <TopBar theme={theme} onTheme={() => setTheme(nextTheme)} onHelp={() => setHelping(true)} />
      <main id="content" className="content" tabIndex={-1}>
        <ConnectionGate standing={standing}>
          <Boundary key={place.view === "run" ? place.run : place.view} what="The view">
            {place.view === "runs" ? <RunsView /> : null}
            {place.view === "inbox" ? <InboxView /> : null}
            {place.view === "run" ? <RunView key={place.run} place={place} /> : null}
          </Boundary>
        </ConnectionGate>
      </main>
      {isHelping ? <Help onClose={() => setHelping(false)} /> : null}
    </div>
  );
}
