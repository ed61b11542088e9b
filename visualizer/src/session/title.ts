/** The title of the tab: where one is, and how much waits. */
import { useEffect } from "react";
import { visible } from "../../../src/decisions/visible.ts";

export function useTitle(where: string, waiting = 0): void {
  useEffect(() => {
    document.title = `${waiting === 0 ? "" : `(${waiting}) `}${visible(where)} · Bailiwick`;
  }, [where, waiting]);
}
