// Directories of git repositories, made by the program that makes those of the conformance vectors.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const conformance = fileURLToPath(new URL('../../../../conformance', import.meta.url));
const PROGRAM = `
import json, os, sys, tempfile
sys.path.insert(0, sys.argv[1])
import checkouts
root = os.path.realpath(tempfile.mkdtemp(prefix="scope-node-"))
os.chdir(root)
for step in json.load(sys.stdin):
    checkouts.carry_out(step, root)
print(root, end="")
`;

/** A text of a step, which vectors may write as one that repeats. */
const spelled = (step) =>
  typeof step.text === 'object' ? { ...step, text: step.text.repeat.repeat(step.text.count) } : step;

/** Makes what the steps say in a directory of its own, and gives that. */
export function made(steps) {
  const input = JSON.stringify(steps.map(spelled));
  return execFileSync('python3', ['-c', PROGRAM, conformance], { input, encoding: 'utf8' });
}

/** Runs something in the directory that the steps make, which is gone afterwards. */
export function inDirectory(steps, run) {
  const before = process.cwd();
  const root = made(steps);
  try {
    process.chdir(root);
    return run(root);
  } finally {
    process.chdir(before);
    rmSync(root, { recursive: true, force: true });
  }
}
