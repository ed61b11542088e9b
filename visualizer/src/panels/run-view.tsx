/** One run: what it is, its drawings, the inspector, and time. */
import { useState } from "react";
import type { Moment } from "../../../src/contracts/inspection.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Failed, Skeleton } from "../parts/loaded.tsx";
import { TabPanel, Tabs } from "../parts/tabs.tsx";
import { useNarrow } from "../session/media.ts";
import { usePage } from "../session/page.ts";
import { RunProvider, useOpened, useRun, useSession } from "../session/run.ts";
import { useTime } from "../session/time.ts";
import type { RunPlace, Side, Tab } from "../state/place.ts";
import { takesOrders, useChain } from "./chain-badge.tsx";
import { MainPanel, tabItems } from "./main-panel.tsx";
import { RunHeader } from "./run-header.tsx";
import { useRunKeys } from "./run-keys.ts";
import { SidePanel, sideItems } from "./side-panel.tsx";
import { TimeBar } from "./time-bar.tsx";

export function RunView({ place }: { readonly place: RunPlace }) {
  const session = useOpened(place.run, place.seq);
  return (
    <RunProvider value={session}>
      <Opened place={place} />
    </RunProvider>
  );
}

function Opened({ place }: { readonly place: RunPlace }) {
  const session = useSession();
  const { moment, latest, failure } = useRun();
  const time = useTime(session);
  useRunKeys(place, time);
  if (moment !== undefined)
    return <Seen place={place} time={time} {...{ moment, latest: latest ?? moment, failure }} />;
  if (failure === undefined) return <Skeleton label="The run is loading" />;
  return <Failed what="The run" reason={failure} onRetry={session.reload} />;
}

interface SeenProps extends PanelsProps {
  readonly latest: Moment;
  readonly failure: string | undefined;
  readonly time: ReturnType<typeof useTime>;
}

/** Its chain is checked once there is something to see: that reads the whole journal. */
function Seen({ place, moment, latest, failure, time }: SeenProps) {
  const chain = useChain(place.run, latest.status);
  return (
    <div className="run">
      <RunHeader moment={moment} latest={latest} failure={failure} chain={chain} />
      <Panels place={place} moment={moment} />
      <TimeBar place={place} time={time} canFork={takesOrders(chain)} />
    </div>
  );
}

interface PanelsProps {
  readonly place: RunPlace;
  readonly moment: Moment;
}

const isTab = (id: Tab | Side): id is Tab => tabItems.some((item) => item.id === id);

/** Beside each other where there is room, else one at a time. */
function Panels({ place, moment }: PanelsProps) {
  const { places } = usePage();
  const isNarrow = useNarrow();
  const [isSideFront, setSideFront] = useState(false);
  const sides = sideItems(moment);
  const onTab = (tab: Tab) => places.turn({ tab });
  const onSide = (side: Side) => places.turn({ side });
  const main = (
    <TabPanel id={place.tab}>
      <Boundary key={place.tab} what="The panel">
        <MainPanel place={place} moment={moment} />
      </Boundary>
    </TabPanel>
  );
  const side = (
    <TabPanel id={place.side}>
      <Boundary key={place.side} what="The panel">
        <SidePanel place={place} moment={moment} />
      </Boundary>
    </TabPanel>
  );
  if (isNarrow) {
    const choose = (id: Tab | Side) => {
      setSideFront(!isTab(id));
      if (isTab(id)) onTab(id);
      else onSide(id);
    };
    return (
      <section className="run-one" aria-label="Panels">
        <Tabs
          label="Panels"
          items={[...tabItems, ...sides]}
          chosen={isSideFront ? place.side : place.tab}
          onChoose={choose}
        />
        {isSideFront ? side : main}
      </section>
    );
  }
  return (
    <>
      <section className="run-main" aria-label="Drawings">
        <Tabs label="Drawings" items={tabItems} chosen={place.tab} onChoose={onTab} />
        {main}
      </section>
      <aside className="run-side" aria-label="Inspector">
        <Tabs label="Inspector" items={sides} chosen={place.side} onChoose={onSide} />
        {side}
      </aside>
    </>
  );
}
