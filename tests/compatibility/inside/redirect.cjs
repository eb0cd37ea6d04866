// Loaded into the suite's own process before anything else: connections to the hosts in
// COMPATIBILITY_REDIRECT go to the front on this machine. Name checks of TLS see the host as asked.
'use strict';

const net = require('node:net');

const { hosts, ports, silent } = JSON.parse(process.env.COMPATIBILITY_REDIRECT);
const connect = net.Socket.prototype.connect;

function led(options) {
  if (options === null || typeof options !== 'object' || typeof options.host !== 'string') return options;
  const host = options.host.toLowerCase();
  if (host === silent.host) return { ...options, host: '127.0.0.1', port: silent.port };
  const port = hosts.includes(host) && ports[options.port];
  return port ? { ...options, host: '127.0.0.1', port } : options;
}

// What comes first is the options, or what net.connect made of them: a marked list of the options
// and a callback, which must stay the same list.
net.Socket.prototype.connect = function (first, ...others) {
  if (Array.isArray(first)) first[0] = led(first[0]);
  return connect.call(this, Array.isArray(first) ? first : led(first), ...others);
};
