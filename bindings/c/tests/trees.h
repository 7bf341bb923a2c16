/* Directories and files that tests make, and remove again. */
#ifndef SCOPE_TESTS_TREES_H
#define SCOPE_TESTS_TREES_H

#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"

/* Makes a directory of the test's own, and writes its real path to `root`. */
static inline void make_root(char root[PATH_MAX]) {
  const char *base = getenv("TMPDIR");
  char made[PATH_MAX];
  snprintf(made, sizeof made, "%s/scope-XXXXXX", base != NULL ? base : "/tmp");
  REQUIRE(mkdtemp(made) != NULL && realpath(made, root) != NULL);
}

static inline int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
  (void)status, (void)kind, (void)walk;
  return remove(path);
}

static inline void remove_tree(const char *path) {
  REQUIRE(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

static inline void make_directory(const char *path) {
  REQUIRE(mkdir(path, 0777) == 0);
}

static inline void make_file(const char *path, const char *data, size_t len) {
  FILE *file = fopen(path, "wb");
  REQUIRE(file != NULL && fwrite(data, 1, len, file) == len && fclose(file) == 0);
}

/* A repository as git makes it, but for what nobody asks about. A `bare` in quotes is for libgit2 to read, which git itself
 * writes without. */
static inline void make_repository(const char *path, const char *head, const char *bare) {
  char at[PATH_MAX], config[128];
  make_directory(path);
  const char *const parts[] = {".git", ".git/objects", ".git/refs"};
  for (size_t part = 0; part < 3; part++) {
    snprintf(at, sizeof at, "%s/%s", path, parts[part]);
    make_directory(at);
  }
  snprintf(at, sizeof at, "%s/.git/HEAD", path);
  make_file(at, head, strlen(head));
  snprintf(at, sizeof at, "%s/.git/config", path);
  snprintf(config, sizeof config, "[core]\n\trepositoryformatversion = 0\n\tbare = %s\n", bare);
  make_file(at, config, strlen(config));
}

#endif
