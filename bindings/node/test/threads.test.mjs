// Worker threads: several at once, and after one has ended.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

const library = new URL('../lib/index.js', import.meta.url).pathname;

/** Parses in a thread of its own, and hands back what came out. */
function parseInWorker(texts) {
  const code = `
    const { parentPort, workerData: { library, texts } } = require('node:worker_threads');
    const { parse, parseMany, ScopeKey } = require(library);
    let last;
    for (let round = 0; round < 200; round++) last = texts.map((text) => parse(text));
    parseMany(texts);
    parentPort.postMessage([last, ScopeKey.repository('/src/app')]);
  `;
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true, workerData: { library, texts } });
    let answer;
    worker.on('message', (message) => (answer = message));
    worker.on('error', reject);
    worker.on('exit', (status) => (status === 0 ? resolve(answer) : reject(new Error(`status ${status}`))));
  });
}

test('several threads at once, and more after those have ended', async () => {
  const { parse } = await import('../lib/index.mjs');
  for (let round = 0; round < 3; round++) {
    const workers = Array.from({ length: 6 }, (_, i) => [`@acme/widget-${i}:${round}`, `@acme/gadget-${i}`]);
    const answers = await Promise.all(workers.map(parseInWorker));
    answers.forEach(([references, key], i) => {
      assert.deepEqual(references.map(String), workers[i]);
      assert.deepEqual({ ...key }, { kind: 'repository', primaryPath: '/src/app' });
      assert.ok(parse(String(references[0])).equals(parse(workers[i][0])));
    });
  }
});

test('threads first, and the main thread after them', async () => {
  const { execFileSync } = await import('node:child_process');
  const code = `
    const { Worker } = require('node:worker_threads');
    new Worker(\`require(${JSON.stringify(library)}).parse('@acme/widget')\`, { eval: true })
      .on('exit', (status) => console.log(status, require(${JSON.stringify(library)}).parse('@acme/widget').scope));
  `;
  assert.equal(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }), '0 acme\n');
});

test('what another thread makes of a shared buffer meanwhile is numbers of it, or zeros', async () => {
  const { parseMany } = await import('../lib/index.mjs');
  const line = '@acme/widget\n';
  const shared = new Uint8Array(new SharedArrayBuffer(line.length * 1000));
  const code = `
    const { workerData: { shared, line } } = require('node:worker_threads');
    for (;;) for (let i = line.length - 1; i < shared.length; i += line.length) shared[i] ^= 10 ^ 97;
  `;
  shared.set(Buffer.from(line.repeat(1000)));
  const worker = new Worker(code, { eval: true, workerData: { shared, line } });
  try {
    await new Promise((resolve) => worker.once('online', resolve));
    for (let round = 0; round < 500; round++) {
      const numbers = parseMany(shared);
      for (let i = 0; i < numbers.length; i += 4) {
        const [start, slash, third, end] = numbers.subarray(i, i + 4);
        assert.ok(start <= shared.length && slash <= shared.length && end <= shared.length);
        assert.ok(third <= shared.length || third >>> 31 === 1);
      }
    }
  } finally {
    await worker.terminate();
  }
});

test('room that is left over is zeroed', () => {
  const { native } = createRequire(import.meta.url)('../lib/binding.js');
  const numbers = new Uint32Array(12).fill(7);
  native.parseLines(Buffer.from('@acme/widget\n'), numbers);
  assert.deepEqual([...numbers], [0, 5, 12, 12, 0, 0, 0, 0, 0, 0, 0, 0]);
});
