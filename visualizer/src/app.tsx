/** The page: a bar, and under it the runs, the inbox or one run. */
import { useEffect, useState } from "react";
import { Empty } from "./parts/empty.tsx";
import type { Source, Standing } from "./source.ts";

export function App({ source }: { readonly source: Source }) {
  const [standing, setStanding] = useState<Standing>();
  useEffect(() => source.onStanding(setStanding), [source]);
  return (
    <div className="page">
      <header className="bar">Bailiwick</header>
      <main>
        <Empty title={standing?.connection.kind ?? "connecting"} />
      </main>
    </div>
  );
}
