import { type ReactElement, useEffect, useRef } from 'react';
import { IconButton } from '../button';
import { HELP } from './keys';

/** The list of keys, over everything else. */
export function KeyboardHelp({ onClose }: { readonly onClose: () => void }): ReactElement {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    panel.current?.focus();
  }, []);
  return (
    <div className="ait-overlay">
      <button
        type="button"
        className="ait-overlay-back"
        aria-label="Close"
        tabIndex={-1}
        onClick={onClose}
      />
      <div className="ait-help" role="dialog" aria-label="Keys" tabIndex={-1} ref={panel}>
        <div className="ait-help-head">
          <h3>Keys</h3>
          <IconButton icon="close" label="Close" shortcut="Escape" onClick={onClose} />
        </div>
        <div className="ait-help-parts">
          {HELP.map(({ title, keys }) => (
            <section key={title}>
              <h4>{title}</h4>
              <dl>
                {keys.map(([combination, does]) => (
                  <div key={combination}>
                    <dt>
                      {combination.split(' ').map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}
