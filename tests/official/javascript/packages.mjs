// The official clients, unmodified, from where the frontend's own dependencies are installed.

import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../js/package.json', import.meta.url));

export const Ably = require('ably');
export const load = (name) => require(name);
