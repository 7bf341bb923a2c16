/* What asks a disk, where the vectors do not reach: wrong calls, buffers of every size, paths that are no text, texts that
 * are found, what the system said, and handles that are the list's own. */
#include <errno.h>
#include <stdint.h>

#include "trees.h"

#define AT(literal) literal, sizeof(literal) - 1
#define USER "123e4567-e89b-12d3-a456-426614174000"

static size_t checked;

#define EXPECT(condition)  \
  do {                     \
    REQUIRE(condition);    \
    checked++;             \
  } while (0)

static char root[PATH_MAX];

/* Every size of a buffer: what does not fit is told, nothing is written past the end, what fits is all there. */
static void info_in_every_buffer(void) {
  scope_checkout_info_t info = SCOPE_CHECKOUT_INFO_INIT;
  scope_error_t error = SCOPE_ERROR_INIT;
  size_t needed = 0, again;
  EXPECT(scope_checkout_info(NULL, AT("app"), NULL, 0, &needed, &info, &error) == SCOPE_BUFFER_TOO_SMALL);
  EXPECT(needed == 2 * (strlen(root) + sizeof "/app") + sizeof "main" && info.branch.data == NULL);
  char *buf = malloc(needed + 1);
  REQUIRE(buf != NULL);
  for (size_t cap = 1; cap <= needed; cap++) {
    memset(buf, 'x', needed + 1);
    scope_status_t status = scope_checkout_info(NULL, AT("app"), buf, cap, &again, &info, &error);
    REQUIRE(status == (cap < needed ? SCOPE_BUFFER_TOO_SMALL : SCOPE_OK) && again == needed && buf[cap] == 'x');
    REQUIRE(cap == needed || buf[0] == '\0');
  }
  EXPECT(strcmp(info.branch.data, "main") == 0 && strcmp(info.primary_path.data, info.worktree_path.data) == 0);
  EXPECT(!info.is_bare && !info.is_linked_worktree && !info.is_detached && info.worktree_key.data == NULL);
  free(buf);
}

static void wrong_calls(void) {
  scope_checkout_options_t options = SCOPE_CHECKOUT_OPTIONS_INIT;
  scope_checkout_info_t info = SCOPE_CHECKOUT_INFO_INIT;
  scope_workspaces_options_t how = SCOPE_WORKSPACES_OPTIONS_INIT;
  scope_workspaces_t *workspaces;
  scope_workspace_t *workspace;
  scope_workspace_list_t *list;
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_key_t *key;
  char buf[64];
  size_t needed;
  EXPECT(scope_checkout_info(NULL, AT("app"), buf, sizeof buf, &needed, NULL, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_checkout_info(NULL, NULL, 3, buf, sizeof buf, &needed, &info, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_checkout_info(NULL, "x", SIZE_MAX, buf, sizeof buf, &needed, &info, &error) == SCOPE_INVALID_LENGTH);
  EXPECT(scope_checkout_info(NULL, NULL, 0, buf, sizeof buf, &needed, &info, &error) == SCOPE_EMPTY);
  EXPECT(scope_checkout_info(NULL, AT("app"), NULL, 1, &needed, &info, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_checkout_resolve(NULL, AT("app"), NULL, 0, NULL, &error) == SCOPE_NULL_POINTER);
  options.kind = 6;
  EXPECT(scope_checkout_resolve(&options, AT("app"), NULL, 0, &key, &error) == SCOPE_INVALID_ARGUMENT && key == NULL);
  options.kind = 0;
  options.flags = 2;
  EXPECT(scope_checkout_resolve(&options, AT("app"), NULL, 0, &key, &error) == SCOPE_INVALID_ARGUMENT);
  EXPECT(scope_checkout_info(&options, AT("app"), buf, sizeof buf, &needed, &info, &error) == SCOPE_INVALID_ARGUMENT);
  options.flags = 0;
  options.struct_size++;
  EXPECT(scope_checkout_resolve(&options, AT("app"), NULL, 0, &key, &error) == SCOPE_INVALID_STRUCT_SIZE);
  info.struct_size--;
  EXPECT(scope_checkout_info(NULL, AT("app"), buf, 0, &needed, &info, &error) == SCOPE_INVALID_STRUCT_SIZE);

  EXPECT(scope_workspaces_open(NULL, AT("/"), NULL, 0, NULL, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_workspaces_open(NULL, AT("data"), NULL, 0, &workspaces, &error) == SCOPE_NOT_ABSOLUTE);
  EXPECT(workspaces == NULL && error.input == SCOPE_PART_DATA_DIR && error.text.len == 4);
  how.now = (scope_view_t){AT("today")};
  EXPECT(scope_workspaces_open(&how, root, strlen(root), NULL, 0, &workspaces, &error) == SCOPE_INVALID_TIMESTAMP);
  EXPECT(error.text.data == how.now.data);
  EXPECT(scope_workspaces_get(NULL, AT(USER), AT("a"), AT("b"), NULL, 0, &workspace, &error) == SCOPE_NULL_POINTER);
  EXPECT(scope_workspaces_list(NULL, AT(USER), NULL, 0, &list, &error) == SCOPE_NULL_POINTER);
  EXPECT(workspace == NULL && list == NULL);
  EXPECT(scope_workspace_list_count(NULL) == 0 && scope_workspace_list_at(NULL, 0) == NULL);
  EXPECT(scope_workspace_list_problem_count(NULL) == 0);
  EXPECT(scope_workspace_list_problem(NULL, 0, buf, sizeof buf, NULL, NULL, NULL) == SCOPE_NULL_POINTER);
  EXPECT(scope_workspace_recovered(NULL, NULL, 0, &error) == SCOPE_NULL_POINTER);
  scope_workspaces_free(NULL);
  scope_workspace_free(NULL);
  scope_workspace_list_free(NULL);
}

static void says(const scope_error_t *error, const char *expected) {
  char message[512];
  EXPECT(scope_error_message(error, error->text.data, error->text.len, message, sizeof message, NULL) == SCOPE_OK);
  EXPECT(strcmp(message, expected) == 0);
}

/* The text of a fault is the caller's, or a constant, or was found. */
static void texts_at_fault(void) {
  scope_checkout_options_t options = SCOPE_CHECKOUT_OPTIONS_INIT;
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_key_t *key;
  char buf[16], suggestion[16];
  const char *path = "app";
  options.kind = SCOPE_CHECKOUT_KIND_WORKTREE;
  EXPECT(scope_checkout_resolve(&options, path, 3, NULL, 0, &key, &error) == SCOPE_NOT_LINKED_WORKTREE);
  EXPECT(error.text.len == strlen("worktree") && memcmp(error.text.data, "worktree", error.text.len) == 0);
  EXPECT(scope_error_suggestion(&error, error.text.data, error.text.len, suggestion, sizeof suggestion, NULL) ==
         SCOPE_OK);
  EXPECT(strcmp(suggestion, "repository") == 0);

  options.kind = SCOPE_CHECKOUT_KIND_BRANCH;
  options.branch = (scope_view_t){AT("a..b")};
  EXPECT(scope_checkout_resolve(&options, path, 3, NULL, 0, &key, &error) == SCOPE_CONSECUTIVE_DOTS);
  EXPECT(error.text.data == options.branch.data && error.offset == 1);
  options.branch = (scope_view_t){NULL, 0};
  EXPECT(scope_checkout_resolve(&options, AT("none"), NULL, 0, &key, &error) == SCOPE_PATH_NOT_FOUND);
  says(&error, "invalid path \"none\": there is nothing at this path");

  /* Of a branch name that was found, as much as fits. */
  for (size_t cap = 0; cap <= sizeof buf; cap++) {
    memset(buf, 'x', sizeof buf);
    EXPECT(scope_checkout_resolve(&options, AT("odd"), cap > 0 ? buf : NULL, cap, &key, &error) ==
           SCOPE_REMOTE_BRANCH);
    size_t fits = cap > strlen("origin/topic") ? strlen("origin/topic") : cap > 0 ? cap - 1 : 0;
    EXPECT(error.input == SCOPE_PART_BRANCH_NAME && error.offset == 0 && error.text.len == fits && key == NULL);
    EXPECT(fits == 0 || (error.text.data == buf && memcmp(buf, "origin/topic", fits) == 0 && buf[fits] == '\0'));
    EXPECT(cap == sizeof buf || buf[cap] == 'x');
  }
  says(&error, "invalid branch name \"origin/topic\": this names a remote-tracking branch or a full ref; pass the local branch "
               "name; did you mean \"topic\"?");
}

static void paths_that_are_no_text(void) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_key_t *key;
  const char path[] = "caf\xE9";
  EXPECT(scope_checkout_resolve(NULL, path, 4, NULL, 0, &key, &error) == SCOPE_NON_UTF8_PATH);
  EXPECT(error.text.data == path && error.text.len == 4 && error.offset == 3);
  says(&error, "invalid path \"caf\"...: the path is not UTF-8; rename what is not");
}

/* A checkout whose own files go by another path in the environment. */
static void environment(void) {
  scope_checkout_options_t options = SCOPE_CHECKOUT_OPTIONS_INIT;
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_key_t *key;
  char short_form[64];
  REQUIRE(setenv("GIT_DIR", "odd/.git", 1) == 0);
  EXPECT(scope_checkout_resolve(&options, AT("app"), NULL, 0, &key, &error) == SCOPE_OK);
  EXPECT(scope_key_display_short(key, short_form, sizeof short_form, NULL) == SCOPE_OK && strcmp(short_form, "app") == 0);
  scope_key_free(key);
  REQUIRE(setenv("GIT_DIR", "none/.git", 1) == 0);
  options.flags = SCOPE_CHECKOUT_USE_ENVIRONMENT;
  EXPECT(scope_checkout_resolve(&options, AT("app"), NULL, 0, &key, &error) == SCOPE_OK && key != NULL);
  EXPECT(scope_key_kind(key) == SCOPE_KIND_GLOBAL);
  scope_key_free(key);
  REQUIRE(unsetenv("GIT_DIR") == 0);
}

static void workspaces(void) {
  static const char metadata[] =
      "{\"owner\":\"acme\",\"repo\":\"widget\",\"fullName\":\"acme/widget\","
      "\"lastAccessedAt\":\"2026-01-01T00:00:00Z\",\"createdAt\":\"2026-01-01T00:00:00Z\"}";
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_workspaces_t *all;
  scope_workspace_list_t *list;
  scope_workspace_t *one;
  scope_metadata_t *copy;
  scope_view_t name;
  char data[PATH_MAX + 8], path[2 * PATH_MAX], buf[1024], long_name[300];
  size_t needed;
  snprintf(data, sizeof data, "%s/data", root);
  make_directory("data");
  make_directory("data/workspaces");
  make_directory("data/workspaces/" USER);
  make_directory("data/workspaces/" USER "/acme__widget");
  make_file("data/workspaces/" USER "/acme__widget/.workspace.json", metadata, strlen(metadata));
  make_directory("data/workspaces/" USER "/other__name");
  make_file("data/workspaces/" USER "/other__name/.workspace.json", metadata, strlen(metadata));
  EXPECT(scope_workspaces_open(NULL, data, strlen(data), buf, sizeof buf, &all, &error) == SCOPE_OK);

  EXPECT(scope_workspaces_list(all, AT(USER), NULL, 0, &list, &error) == SCOPE_OK);
  EXPECT(scope_workspace_list_count(list) == 1 && scope_workspace_list_problem_count(list) == 1);
  EXPECT(scope_workspace_list_at(list, 1) == NULL && scope_workspace_list_at(list, SIZE_MAX) == NULL);
  const scope_workspace_t *first = scope_workspace_list_at(list, 0);
  EXPECT(scope_workspace_get(first, SCOPE_WORKSPACE_USER_ID, buf, sizeof buf, NULL) == SCOPE_OK);
  EXPECT(strcmp(buf, USER) == 0);
  EXPECT(scope_workspace_get(first, 4, buf, sizeof buf, NULL) == SCOPE_INVALID_ARGUMENT);
  EXPECT(scope_workspace_metadata(first, &copy) == SCOPE_OK);
  EXPECT(scope_workspace_recovered(first, NULL, 0, &error) == SCOPE_OK);
  EXPECT(scope_workspace_list_problem(list, 1, buf, sizeof buf, &needed, &name, &error) == SCOPE_INVALID_ARGUMENT);
  EXPECT(scope_workspace_list_problem(list, 0, NULL, 0, &needed, &name, &error) == SCOPE_BUFFER_TOO_SMALL);
  for (size_t cap = 1; cap <= needed; cap++) {
    size_t again;
    memset(buf, 'x', sizeof buf);
    scope_status_t status = scope_workspace_list_problem(list, 0, buf, cap, &again, &name, &error);
    REQUIRE(status == (cap < needed ? SCOPE_BUFFER_TOO_SMALL : SCOPE_OK) && again == needed && buf[cap] == 'x');
  }
  EXPECT(strcmp(name.data, "other__name") == 0 && error.status == SCOPE_WORKSPACE_MISMATCH);
  says(&error, "invalid workspace \"other__name\": its directory records another repository; nothing was changed");
  scope_workspace_list_free(list);
  EXPECT(scope_metadata_get(copy, SCOPE_METADATA_OWNER, buf, sizeof buf, NULL) == SCOPE_OK); /* outlives the list */
  scope_metadata_free(copy);

  /* A text of its own: owner and repo together. */
  EXPECT(scope_workspaces_get(all, AT(USER), AT("acme"), AT("none"), buf, 7, &one, &error) ==
         SCOPE_WORKSPACE_NOT_FOUND);
  EXPECT(one == NULL && error.text.data == buf && strcmp(buf, "acme/n") == 0 && error.detail.data == NULL);
  EXPECT(scope_workspaces_get(all, AT("u"), AT("acme"), AT("none"), buf, sizeof buf, &one, &error) ==
         SCOPE_INVALID_UUID);
  EXPECT(error.input == SCOPE_PART_USER_ID && error.text.len == 1);

  /* What the system said. */
  memset(long_name, 'a', sizeof long_name);
  int length = snprintf(path, sizeof path, "%s/workspaces/" USER "/%.*s", data, (int)sizeof long_name, long_name);
  EXPECT(scope_workspaces_validate_path(all, AT(USER), path, (size_t)length, buf, sizeof buf, &needed, &error) ==
         SCOPE_IO_FAILED);
  EXPECT(error.text.data == path && error.detail.data == buf && strstr(buf, strerror(ENAMETOOLONG)) == buf);
  EXPECT(scope_workspaces_validate_path(all, AT(USER), path, (size_t)length, buf, 5, &needed, &error) ==
         SCOPE_IO_FAILED);
  EXPECT(error.detail.len == 4 && strncmp(strerror(ENAMETOOLONG), buf, 4) == 0 && buf[4] == '\0' && needed == 0);
  scope_workspaces_free(all);
}

/* The README shows these two. */

/* Writes a file name that no other repository has, for what belongs to the repository of a directory. */
static bool name_for(const char *directory, char name[65]) {
  char found[1024], message[512];
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_key_t *key;
  if (scope_checkout_resolve(NULL, directory, strlen(directory), found, sizeof found, &key, &error) != SCOPE_OK) {
    scope_error_message(&error, error.text.data, error.text.len, message, sizeof message, NULL);
    fprintf(stderr, "%s\n", message);
    return false;
  }
  scope_key_distinct_storage_key(key, name, 65, NULL);
  scope_key_free(key);
  return true;
}

/* Prints where the workspaces of a user are. */
static scope_status_t print_workspaces(const scope_workspaces_t *workspaces, const char *user) {
  char path[4096];
  scope_workspace_list_t *list;
  scope_status_t status = scope_workspaces_list(workspaces, user, strlen(user), NULL, 0, &list, NULL);
  for (size_t at = 0; at < scope_workspace_list_count(list); at++) { /* none where there is no list */
    const scope_workspace_t *workspace = scope_workspace_list_at(list, at);
    scope_workspace_get(workspace, SCOPE_WORKSPACE_PATH, path, sizeof path, NULL);
    printf("%s\n", path);
  }
  scope_workspace_list_free(list);
  return status;
}

static void what_the_readme_shows(void) {
  char data[PATH_MAX + 8], name[65];
  scope_workspaces_t *all;
  EXPECT(name_for("app", name) && strncmp(name, "app--", 5) == 0 && strlen(name) == 31);
  EXPECT(name_for(".", name) && strcmp(name, "global--e3vj2ovyvwzdsehrjwg5s6ucho") == 0);
  snprintf(data, sizeof data, "%s/data", root);
  EXPECT(scope_workspaces_open(NULL, data, strlen(data), NULL, 0, &all, NULL) == SCOPE_OK);
  EXPECT(print_workspaces(all, USER) == SCOPE_OK);
  EXPECT(print_workspaces(all, "somebody") == SCOPE_INVALID_UUID);
  scope_workspaces_free(all);
}

int main(void) {
  make_root(root);
  REQUIRE(chdir(root) == 0);
  make_repository("app", "ref: refs/heads/main\n", "\"false\"");
  make_repository("odd", "ref: refs/heads/origin/topic\n", "false");
  info_in_every_buffer();
  wrong_calls();
  texts_at_fault();
  paths_that_are_no_text();
  environment();
  workspaces();
  what_the_readme_shows();
  REQUIRE(chdir("/") == 0);
  remove_tree(root);
  printf("%zu passed, 0 failed\n", checked);
  return 0;
}
