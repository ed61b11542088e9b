/** What goes wrong in one part of the page stays there, and says so. */
import { Component, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { Empty } from "./empty.tsx";
import { reasonOf } from "./loaded.tsx";
import { Said } from "./said.tsx";

interface BoundaryProps {
  readonly what: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly failure?: string | undefined;
}

export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = {};

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { failure: reasonOf(error) };
  }

  override render(): ReactNode {
    const { what, children } = this.props;
    const { failure } = this.state;
    if (failure === undefined) return children;
    return (
      <Empty title={`${what} could not be drawn`}>
        <p role="alert">
          <Said text={failure} />
        </p>
        <Button label="Try again" onClick={() => this.setState({ failure: undefined })} />
      </Empty>
    );
  }
}
