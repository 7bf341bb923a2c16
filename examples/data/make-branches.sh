#!/bin/sh
# Makes a git repository with branches named as people and tools name them, and prints the names, one a line.
#
# Usage: sh make-branches.sh [DIR]
#
# The repository is made in DIR, or in a temporary directory that is removed afterwards. Names that differ in letter
# case or in Unicode form alone need a file system that tells them apart.
set -eu

if [ $# -gt 0 ]; then
    dir=$1
    mkdir -p "$dir"
else
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
fi

# Neither the user's configuration nor the clock has a say in what comes out.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null LC_ALL=C
export GIT_AUTHOR_NAME=example GIT_AUTHOR_EMAIL=example@example.com GIT_AUTHOR_DATE='2026-01-31T12:00:00Z'
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE

git init --quiet --initial-branch=main "$dir"
git -C "$dir" commit --quiet --allow-empty --message='Begin'

# The last two are made by a mistake that git allows: they look like branches of a remote and like a full ref.
while IFS= read -r name; do
    git -C "$dir" branch "$name"
done <<'NAMES'
develop
staging
next
gh-pages
feature/login
feature-login
feature/login-form
feature/PROJ-1234-add-search
feature/user@home
feature/a=b
feature/50%-faster
feature/c++20
feature/#42
feat/oauth2.0
feat/i18n/de
feat(parser)/arrays
bugfix/off-by-one
bugfix/2026-01-31
fix/issue-99
fix/don't-crash
hotfix/1.2.3
release/1.2.x
release/2.0.0-rc.1
release/2026.01
release/v3
v1
v1.x
1.0
2-stable
stable/2026
support/lts
user/ada/spike
users/grace/wip
wip/grace
dependabot/npm_and_yarn/babel/core-7.26.0
dependabot/npm_and_yarn/types/node-22.10.1
dependabot/github_actions/actions/checkout-4
dependabot/cargo/serde-1.0.229
dependabot/pip/requests-gte-2.31-and-lt-3
renovate/major-eslint-monorepo
renovate/typescript-5.x
renovate/npm-vite-vulnerability
renovate/configure
snyk-fix-3f2a9c0d1e4b5a69788796a5b4c3d2e1
greenkeeper/eslint-9.0.0
revert-128-feature/login
cherry-pick-5f3e2d1c
merge-queue/main/pr-17
gh-readonly-queue/main/pr-204-9fceb02d0ae598e95dc970b74767f19372d61af8
changeset-release/main
pull/17/head
claim/nul
con
aux/prn
_private
UPPER/CASE
x
a.b.c
docs/größe
docs/日本語
docs/שלום
docs/café
docs/🚀-launch
origin/main
refs/heads/main
NAMES

# The é of this one is an e and a combining accent: another name than the one above that looks the same.
git -C "$dir" branch "$(printf 'docs/cafe\314\201')"

git -C "$dir" for-each-ref --format='%(refname:lstrip=2)' refs/heads
