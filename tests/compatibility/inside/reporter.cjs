// A mocha reporter that writes lines of JSON to COMPATIBILITY_RESULTS: the plan, then each test.
// With COMPATIBILITY_LIST, it ends the process when the plan is written.
'use strict';

const fs = require('node:fs');

const LONGEST_ERROR = 2000;

function write(record) {
  fs.appendFileSync(process.env.COMPATIBILITY_RESULTS, `${JSON.stringify(record)}\n`);
}

function described(error) {
  const text = String(error?.stack ?? error?.message ?? JSON.stringify(error));
  return (error?.code ? `[${error.code}] ${text}` : text).slice(0, LONGEST_ERROR);
}

module.exports = class {
  constructor(runner) {
    const ids = new Map();
    const about = (test) => ({
      id: ids.get(test) ?? test.titlePath().join(' > '),
      title: test.titlePath().join(' > '),
      seconds: (test.duration ?? 0) / 1000,
    });
    runner.once('start', () => {
      runner.suite.eachTest((test) => ids.set(test, String(ids.size)));
      write({ plan: [...ids.keys()].map(about) });
      if (process.env.COMPATIBILITY_LIST) process.exit(0);
    });
    runner.on('pass', (test) => write({ ...about(test), state: 'passed' }));
    runner.on('pending', (test) => write({ ...about(test), state: 'skipped' }));
    runner.on('fail', (test, error) => write({ ...about(test), state: 'failed', error: described(error) }));
  }
};
