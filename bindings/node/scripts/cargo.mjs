// Builds with cargo, for the scripts and tests of this package.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The directory of package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds a package of the workspace, released, and gives the path of what came of its target. */
export function cargoBuild(packageName, targetName, options = []) {
  const messages = execFileSync(
    'cargo',
    ['build', '--release', '--package', packageName, '--message-format', 'json-render-diagnostics', ...options],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const made = messages
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .find((message) => message.reason === 'compiler-artifact' && message.target.name === targetName);
  return made.executable ?? made.filenames[0];
}
