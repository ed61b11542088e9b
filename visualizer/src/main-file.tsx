/** The page, over the run that its document carries with it. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { ExportedRun } from "../../src/contracts/exported-run.ts";
import { App } from "./app.tsx";
import { layoutWith } from "./drawings/layouts.ts";
import { carriedText, carriedWorker } from "./source/carried.ts";
import { fileSource } from "./source/file.ts";
import "./theme/index.css";

const root = document.getElementById("page");
if (root === null) throw new Error("the document has no #page");
const file = JSON.parse(carriedText("bailiwick-run")) as ExportedRun;
layoutWith(() => carriedWorker("bailiwick-layout"));
if (location.hash === "") history.replaceState(null, "", `#/run/${encodeURIComponent(file.summary.run)}`);
createRoot(root).render(
  <StrictMode>
    <App source={fileSource(file)} />
  </StrictMode>,
);
