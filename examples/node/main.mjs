// Reads what users typed and says what it stands for; see `examples/README.md`.

import { createInterface } from 'node:readline';

import { Policy, ScopeError, ScopeKey } from 'scope-core';

const policy = new Policy();

function answer(text) {
  try {
    const resolved = policy.resolve(text, { defaultScope: 'acme' });
    return resolved.kind === 'scoped'
      ? `${resolved.reference} in ${resolved.reference.storageComponent}`
      : 'legacy template';
  } catch (error) {
    if (!(error instanceof ScopeError)) throw error;
    return `${error.code} at ${error.offset}: ${error.message}`;
  }
}

for await (const text of createInterface({ input: process.stdin })) console.log(`${text} -> ${answer(text)}`);

const branch = ScopeKey.branch('/src/app', 'feature/login');
const worktree = ScopeKey.worktree('/src/app', 'feature-login');
for (const key of [branch, worktree]) console.log(`${key.display} -> ${key.distinctStorageKey}`);
