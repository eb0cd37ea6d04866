/** Where the hub is that served a page: at the page's own address, or behind jupyter-server-proxy. */

export interface Place {
  /** What the ably client is given: it puts scheme, endpoint and port together. */
  readonly endpoint: string;
  readonly port: number;
  readonly tls: boolean;
  readonly route: 'direct' | 'proxy';
}

type Address = Pick<Location, 'protocol' | 'host' | 'hostname' | 'port' | 'pathname'>;

/** `/proxy/PORT/console` and `/proxy/HOST:PORT/console`, below whatever Jupyter itself is below. */
const PROXIED = /^(.*)\/proxy\/(?:absolute\/)?(?:([^/:]+):)?(\d+)\/[^/]*$/;

export function placeOf(address: Address): Place {
  const tls = address.protocol === 'https:';
  const [, base, host, port] = PROXIED.exec(address.pathname) ?? [];
  if (base !== undefined) {
    // By its address the proxy knows the loopback, and the client adds the port.
    const inner = host?.includes('.') ? host : '127.0.0.1';
    return {
      endpoint: `${address.host}${base}/proxy/${inner}`,
      port: Number(port),
      tls,
      route: 'proxy',
    };
  }
  return {
    endpoint: address.hostname,
    port: Number(address.port) || (tls ? 443 : 80),
    tls,
    route: 'direct',
  };
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopback({ hostname }: Pick<Location, 'hostname'>): boolean {
  return LOOPBACK.has(hostname);
}

/** Whether a page is in a frame of another: the hub's pages are so in the output of a cell. */
export function isFramed(page: Pick<Window, 'self' | 'parent'>): boolean {
  return page.parent !== page.self;
}
