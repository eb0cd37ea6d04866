/** The console as a widget of a notebook. */

import type { AnyModel, AnyWidget } from '@anywidget/types';
import { useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './components/app';
import { Remembering } from './components/left-behind';
import type { Memory } from './components/memory';
import { KernelLink } from './kernel/link';
import type { Traits } from './kernel/protocol';
import type { ConsoleStore } from './session/model';

type Model = AnyModel<{ [Name in keyof Traits]: Traits[Name] }>;

/** The models that `initialize` and `render` are given differ: what they share is held here, per widget. */
const widget: AnyWidget = () => {
  let link: KernelLink | undefined;
  let remembering: Remembering | undefined;
  return {
    // The kernel's first words come before there is a view.
    initialize({ model }) {
      const made = new KernelLink(model as Model);
      link = made;
      remembering = new Remembering(kindOf(model as Model), model.get('cell'));
      return () => made.close();
    },
    render({ model, el }) {
      if (!link || !remembering) return;
      const root = createRoot(el);
      const viewing = link.view();
      const memory = remembering.begin();
      const end = () => remembering?.end();
      root.render(
        <View model={model as Model} link={link} store={viewing.session} memory={memory} />,
      );
      return () => {
        root.unmount();
        viewing.end();
        end();
      };
    },
  };
};

export default widget;

/** The consoles of one kind show and say the same: what is left in one of them is of use in another. */
function kindOf(model: Model): string {
  const { endpoint, port, tls } = model.get('where');
  const [session, codec, who] = [model.get('session'), model.get('codec'), model.get('who')];
  return JSON.stringify([endpoint, port, tls, session, codec, who]);
}

function View(props: {
  readonly model: Model;
  readonly link: KernelLink;
  readonly store: ConsoleStore;
  readonly memory: Memory;
}) {
  const { model, link, store, memory } = props;
  const height = useSyncExternalStore(
    (listener) => {
      model.on('change:height', listener);
      return () => model.off('change:height', listener);
    },
    () => model.get('height'),
  );
  return <App store={store} memory={memory} height={height} onReveal={link.onReveal} />;
}
