/** The console as a widget of a notebook. */

import type { AnyModel, AnyWidget } from '@anywidget/types';
import { useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './components/app';
import { newMemory } from './components/memory';
import { KernelLink } from './kernel/link';
import type { Traits } from './kernel/protocol';
import type { ConsoleStore } from './session/model';

type Model = AnyModel<{ [Name in keyof Traits]: Traits[Name] }>;

/** The models that `initialize` and `render` are given differ: what they share is held here, per widget. */
const widget: AnyWidget = () => {
  const memory = newMemory();
  let link: KernelLink | undefined;
  return {
    // The kernel's first words come before there is a view.
    initialize({ model }) {
      const made = new KernelLink(model as Model);
      link = made;
      return () => made.close();
    },
    render({ model, el }) {
      if (!link) return;
      const root = createRoot(el);
      const viewing = link.view();
      root.render(
        <View model={model as Model} link={link} store={viewing.session} memory={memory} />,
      );
      return () => {
        root.unmount();
        viewing.end();
      };
    },
  };
};

export default widget;

function View(props: {
  readonly model: Model;
  readonly link: KernelLink;
  readonly store: ConsoleStore;
  readonly memory: ReturnType<typeof newMemory>;
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
