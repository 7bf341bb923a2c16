/* Places that a case begins with: a directory of its own, and the steps that make what is in it (conformance/README.md).
 *
 * In texts, `{root}` stands for the real path of that directory. */
#ifndef SCOPE_TESTS_PLACES_H
#define SCOPE_TESTS_PLACES_H

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "trees.h"
#include "written_texts.h"

static const char root_mark[] = "{root}";

typedef struct {
  char root[PATH_MAX];
  int before; /* the directory that was the current one */
} place_t;

/* A text with `from` replaced by `to` wherever it stands. */
static text_t replaced(text_t text, const char *from, const char *to) {
  size_t from_len = strlen(from), to_len = strlen(to), len = 0;
  char *made = keep(malloc(text.len * (to_len + 1) + 1));
  for (size_t at = 0; at < text.len;) {
    if (text.len - at >= from_len && memcmp(text.data + at, from, from_len) == 0) {
      memcpy(made + len, to, to_len);
      len += to_len;
      at += from_len;
    } else {
      made[len++] = text.data[at++];
    }
  }
  return copy_of(made, len);
}

/* A text of a step. */
static text_t step_text(const place_t *place, json_t *value) {
  REQUIRE(value != NULL);
  return replaced(text_of(value), root_mark, place->root);
}

/* The same with a terminator. */
static char *string_at(const place_t *place, json_t *value) {
  text_t text = step_text(place, value);
  char *string = keep(malloc(text.len + 1));
  memcpy(string, text.data, text.len);
  string[text.len] = '\0';
  return string;
}

static void make_directories(const char *path) {
  char *part = keep(strdup(path));
  for (char *at = part + 1; at != NULL;) {
    at = strchr(at, '/');
    if (at != NULL) {
      *at = '\0';
    }
    REQUIRE(mkdir(part, 0777) == 0 || errno == EEXIST);
    if (at != NULL) {
      *at++ = '/';
    }
  }
}

/* A path of a step, the directories above it made. */
static char *path_at(const place_t *place, json_t *value) {
  char *path = string_at(place, value), *last = strrchr(path, '/');
  if (last != NULL && last != path) {
    *last = '\0';
    make_directories(path);
    *last = '/';
  }
  return path;
}

/* All that git knows of its environment. */
static char **git_environment(void) {
  static char path[PATH_MAX];
  static char *environment[] = {"GIT_CONFIG_GLOBAL=/dev/null",
                                "GIT_CONFIG_NOSYSTEM=1",
                                "LC_ALL=C",
                                "GIT_AUTHOR_NAME=acme",
                                "GIT_AUTHOR_EMAIL=acme@example.com",
                                "GIT_AUTHOR_DATE=2026-01-31T12:00:00Z",
                                "GIT_COMMITTER_NAME=acme",
                                "GIT_COMMITTER_EMAIL=acme@example.com",
                                "GIT_COMMITTER_DATE=2026-01-31T12:00:00Z",
                                path,
                                NULL};
  snprintf(path, sizeof path, "PATH=%s", getenv("PATH"));
  return environment;
}

static void run_git(const place_t *place, json_t *words, const char *directory) {
  char *argv[32] = {"git", "-c", "protocol.file.allow=always", "-c", "safe.directory=*", "-C", NULL};
  size_t count = 6, at;
  json_t *word;
  argv[count++] = keep(strdup(directory));
  json_array_foreach(words, at, word) {
    REQUIRE(count < 31);
    argv[count++] = string_at(place, word);
  }
  pid_t child;
  int status;
  REQUIRE(posix_spawnp(&child, "git", NULL, NULL, argv, git_environment()) == 0);
  REQUIRE(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void carry_out(const place_t *place, json_t *step) {
  json_t *what;
  if ((what = json_object_get(step, "git")) != NULL) {
    json_t *in = json_object_get(step, "in");
    char *directory = in != NULL ? string_at(place, in) : keep(strdup("."));
    make_directories(directory);
    run_git(place, what, directory);
  } else if ((what = json_object_get(step, "directory")) != NULL) {
    make_directories(string_at(place, what));
  } else if ((what = json_object_get(step, "file")) != NULL) {
    text_t text = step_text(place, json_object_get(step, "text"));
    make_file(path_at(place, what), text.data, text.len);
  } else if ((what = json_object_get(step, "link")) != NULL) {
    REQUIRE(symlink(string_at(place, json_object_get(step, "to")), path_at(place, what)) == 0);
  } else {
    what = json_object_get(step, "fifo");
    REQUIRE(what != NULL && mkfifo(path_at(place, what), 0700) == 0);
  }
}

/* Makes the directory of a case, with what `setup` puts there, and goes to it. */
static place_t place_of(json_t *setup, const char *first_directory) {
  place_t place;
  size_t at;
  json_t *step;
  make_root(place.root);
  place.before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(place.before >= 0 && chdir(place.root) == 0);
  if (first_directory != NULL) {
    make_directory(first_directory);
  }
  json_array_foreach(setup, at, step) {
    carry_out(&place, step);
  }
  return place;
}

/* Leaves the directory of a case, and removes it. */
static void end_place(const place_t *place) {
  REQUIRE(fchdir(place->before) == 0 && close(place->before) == 0);
  remove_tree(place->root);
}

#endif
