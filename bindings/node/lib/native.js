'use strict';

/**
 * Finds and loads the native half: a build beside this package's manifest (as `npm run build` leaves it), else the
 * platform's own package, which npm installed as an optional dependency.
 */

/** The platforms that have a package of their own. */
const PLATFORMS = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'linux-x64-gnu',
  'linux-x64-musl',
  'win32-arm64-msvc',
  'win32-x64-msvc',
];

/** This machine's name among them, or what it would be called. */
function platformName() {
  const { platform, arch } = process;
  if (platform === 'linux') {
    // The report says which glibc Node runs on; where there is none, it is musl's.
    const { glibcVersionRuntime } = process.report.getReport().header;
    return `linux-${arch}-${glibcVersionRuntime ? 'gnu' : 'musl'}`;
  }
  return platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`;
}

/** Loads the native half, or throws an error that says what was looked for and what to do. */
function load(name, load) {
  const candidates = [`../scope-core.${name}.node`, `scope-core-${name}`];
  const failures = [];
  for (const candidate of candidates) {
    try {
      return load(candidate);
    } catch (error) {
      failures.push({ candidate, error });
    }
  }
  const tried = failures.map(({ candidate, error }) => {
    const reason = error.code === 'MODULE_NOT_FOUND' ? 'not there' : error.message;
    return `  ${candidate}: ${reason}`;
  });
  const advice = PLATFORMS.includes(name)
    ? `Install again without --omit=optional or --no-optional, on the platform that runs it; or npm install scope-core-${name}.`
    : `There are builds for ${PLATFORMS.join(', ')}. For another platform, build from source: npm run build in bindings/node.`;
  throw new Error(`scope-core has no native build for ${name}. Looked for:\n${tried.join('\n')}\n${advice}`, {
    cause: failures.at(-1).error,
  });
}

module.exports = { PLATFORMS, platformName, load };
