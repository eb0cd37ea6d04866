import { Component, type ReactNode } from 'react';
import { Button } from './button';
import { problemOf } from './words';

interface Props {
  /** What it is that may fail, as one would say it: "the branch tree". */
  readonly what: string;
  readonly children: ReactNode;
}

interface State {
  readonly failed: { readonly message: string } | undefined;
}

/** Keeps the failure of one part from taking the rest of the console with it. */
export class Boundary extends Component<Props, State> {
  override state: State = { failed: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { failed: problemOf(error) };
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (!failed) return this.props.children;
    return (
      <div className="ait-broken" role="alert">
        <p>
          <strong>Could not show {this.props.what}.</strong>
        </p>
        <p className="ait-quiet">{failed.message}</p>
        <Button onClick={() => this.setState({ failed: undefined })}>Try again</Button>
      </div>
    );
  }
}
