// The first hundred calls of a fresh process, in nanoseconds: `node first-calls.mjs scope|yardstick`.

const parse = process.argv[2] === 'scope' ? (await import('../../bindings/node/lib/index.mjs')).parse : (await import('./yardstick.mjs')).parse;

const texts = Array.from({ length: 100 }, (_, i) => `@acme/widget-${i}:latest`);
let length = 0;
const start = process.hrtime.bigint();
for (let i = 0; i < 100; i++) {
  const { scope, name } = parse(texts[i]);
  length += scope.length + name.length;
}
const took = process.hrtime.bigint() - start;
if (length === 0) throw new Error('nothing was parsed');
console.log(String(took));
