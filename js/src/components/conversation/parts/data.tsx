import { visibleName } from '../../visible';
import { JsonTree } from '../json-tree';

/** A value that only the application knows what to make of. */
export function DataPartView({ name, value }: { name: string; value: unknown }) {
  const shown = visibleName(name) || 'data';
  return (
    <section className="ait-data" aria-label={`Data: ${shown}`}>
      <h3 className="ait-label">
        <bdi>{shown}</bdi>
      </h3>
      <JsonTree value={value} name={`the data of ${shown}`} />
    </section>
  );
}
