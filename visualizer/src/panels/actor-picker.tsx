/** Whose chart is shown. */
import type { ActorId } from "../../../src/contracts/ids.ts";
import type { Moment } from "../../../src/contracts/inspection.ts";
import { visible } from "../../../src/decisions/visible.ts";
import { plural } from "../state/format.ts";

interface PickerProps {
  readonly moment: Moment;
  readonly actor: ActorId;
  readonly onActor: (actor: ActorId) => void;
}

export function ActorPicker({ moment: { actors, actorsLeft }, actor, onActor }: PickerProps) {
  return (
    <div className="picker">
      <label>
        <span className="unseen">Actor</span>
        <select value={actor} title="Whose chart is shown" onChange={({ target }) => onActor(target.value)}>
          {actors.map(({ id, agent, tool, active }) => (
            <option key={id} value={id}>
              {visible(
                [id, agent ?? tool, active.join(", ")].filter((one) => one !== undefined && one !== "").join(" · "),
              )}
            </option>
          ))}
        </select>
      </label>
      {actorsLeft === 0 ? null : <span className="muted">{plural(actorsLeft, "more actor")} not listed</span>}
    </div>
  );
}
