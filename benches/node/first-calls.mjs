// The first hundred calls of a fresh process, in nanoseconds: `node first-calls.mjs scope|yardstick`.

const parse = process.argv[2] === 'scope' ? (await import('../../bindings/node/lib/index.mjs')).parse : (await import('./yardstick.mjs')).parse;

/** A small function of its own: V8 compiles it once more while it loops, and a long one takes longer than the calls. */
function lengths(texts) {
  let length = 0;
  for (let i = 0; i < texts.length; i++) {
    const { scope, name } = parse(texts[i]);
    length += scope.length + name.length;
  }
  return length;
}

const texts = Array.from({ length: 100 }, (_, i) => `@acme/widget-${i}:latest`);
const start = process.hrtime.bigint();
const length = lengths(texts);
const took = process.hrtime.bigint() - start;
if (length === 0) throw new Error('nothing was parsed');
console.log(String(took));
