// Loaded into every node process of code-server (NODE_OPTIONS): writes down in the file
// REDLINE_DIALLED what kind of process it is in, and each host that is looked up or connected to.
const processes = require('node:child_process');
const dns = require('node:dns');
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

function note(what, name) {
  if (typeof name === 'string' && name) fs.appendFileSync(process.env.REDLINE_DIALLED, `${what} ${name}\n`);
}

function before(owner, name, act) {
  const whole = owner[name];
  owner[name] = function noted(...given) {
    act(given);
    return whole.apply(this, given);
  };
}

note('process', process.argv.find((each) => each.startsWith('--type=')) ?? 'main');
before(dns, 'lookup', ([host]) => note('host', host));
before(dns, 'resolve', ([host]) => note('host', host));
before(dns.promises, 'lookup', ([host]) => note('host', host));
before(net.Socket.prototype, 'connect', ([given]) => {
  const options = Array.isArray(given) ? given[0] : given;
  // A socket file has a path and no port.
  if (options?.port) note('host', options.host ?? '127.0.0.1');
});
// The extension host is started without NODE_OPTIONS.
before(processes, 'fork', (given) => {
  const options = given.at(-1);
  if (options?.env) options.env = { ...options.env, NODE_OPTIONS: process.env.NODE_OPTIONS };
});
syncBuiltinESMExports();
