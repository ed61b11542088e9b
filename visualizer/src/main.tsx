/** The page, over the server it came from. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { httpSource } from "./source/http.ts";
import "./theme/index.css";

const root = document.getElementById("page");
if (root === null) throw new Error("the document has no #page");
const source = httpSource(location.origin);
createRoot(root).render(
  <StrictMode>
    <App source={source} />
  </StrictMode>,
);
source.connect();
