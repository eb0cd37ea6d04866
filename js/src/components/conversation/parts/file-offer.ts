import type { FilePart } from '../../../shown/model';
import { visibleName } from '../../visible';
import { safeLink } from '../markdown/links';

/** What may be done with a file. Nothing is fetched, and nothing runs, before somebody asks. */
export type Offer =
  | { readonly kind: 'image'; readonly src: string }
  | { readonly kind: 'download'; readonly href: string; readonly name: string }
  | { readonly kind: 'link'; readonly href: string; readonly host: string }
  | { readonly kind: 'refused'; readonly why: string };

const MOST_IMAGE_CHARACTERS = 8_000_000;
const IMAGES = new Set(
  ['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp'].map((type) => `image/${type}`),
);

/** Types that no browser runs as a page, and how their names end. */
const ENDINGS = new Map([
  ['text/plain', '.txt'],
  ['text/csv', '.csv'],
  ['text/tab-separated-values', '.tsv'],
  ['text/markdown', '.md'],
  ['application/json', '.json'],
  ['application/pdf', '.pdf'],
  ['application/zip', '.zip'],
  ['application/octet-stream', '.bin'],
  ['image/png', '.png'],
  ['image/jpeg', '.jpg'],
  ['image/gif', '.gif'],
  ['image/webp', '.webp'],
  ['image/avif', '.avif'],
  ['image/bmp', '.bmp'],
  ['audio/mpeg', '.mp3'],
  ['audio/wav', '.wav'],
  ['video/mp4', '.mp4'],
  ['video/webm', '.webm'],
]);

export function offerOf(file: FilePart): Offer {
  const url = file.url.trim();
  if (!/^data:/i.test(url)) return remoteOffer(url);
  const type = typeInside(url);
  if (IMAGES.has(type) && url.length <= MOST_IMAGE_CHARACTERS) return { kind: 'image', src: url };
  const ending = ENDINGS.get(type);
  if (ending === undefined) {
    return {
      kind: 'refused',
      why: `Files of the type ${visibleName(type) || 'unknown'} are not opened`,
    };
  }
  return { kind: 'download', href: url, name: fileName(file.name, ending) };
}

/** How many bytes a data URL holds, about; undefined for other URLs. */
export function sizeOf(url: string): number | undefined {
  const [head] = /^\s*data:[^,]*,/i.exec(url.slice(0, 500)) ?? [];
  if (head === undefined) return undefined;
  const length = url.length - head.length;
  return /;\s*base64\s*,$/i.test(head) ? Math.floor((length * 3) / 4) : length;
}

function remoteOffer(url: string): Offer {
  const link = safeLink(url);
  if (!link || link.href.startsWith('mailto:')) {
    const scheme = /^[a-z][a-z\d+.-]{0,20}:/i.exec(url)?.[0];
    return {
      kind: 'refused',
      why: `Addresses ${scheme ? `with ${scheme}` : 'like this'} are not opened`,
    };
  }
  return { kind: 'link', ...link };
}

/** The type that the URL itself states: what the browser would go by. */
function typeInside(url: string): string {
  return /^data:\s*([^;,\s]*)/i.exec(url.slice(0, 200))?.[1]?.toLowerCase() ?? '';
}

/** A name that ends as its type does, whatever it says: no page in the guise of a text. */
function fileName(name: string | undefined, ending: string): string {
  const clean = visibleName(name ?? '', 100).replace(/[/\\:*?"<>|]/g, '_') || 'file';
  return clean.toLowerCase().endsWith(ending) ? clean : `${clean}${ending}`;
}
