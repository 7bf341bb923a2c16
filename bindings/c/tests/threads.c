/* Eight threads use one policy, one set of keys, one repository and one data directory at once, and pass keys on to be
 * ended elsewhere. Run under helgrind, which watches the library's own instructions too.
 *
 * threads [begun]: with an argument, libgit2 has begun before the threads do. Rust has it begin once, with a futex that
 * helgrind does not know, so that it would take what is made then for a race. */
#include <pthread.h>

#include "trees.h"

#define USER "123e4567-e89b-12d3-a456-426614174000"

enum { THREADS = 8, ROUNDS = 40 };

typedef struct {
  const scope_policy_t *policy;
  const scope_key_t *keys[3];
  const scope_workspaces_t *workspaces;
  scope_key_t *made; /* for the main thread to end */
} job_t;

/* One repository that is read by hand, and one that libgit2 reads. */
static void use_a_disk(const scope_workspaces_t *workspaces) {
  static const char *const repositories[] = {"plain", "odd"};
  scope_checkout_info_t info = SCOPE_CHECKOUT_INFO_INIT;
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_workspace_list_t *list;
  scope_key_t *key;
  char buf[3 * PATH_MAX];
  for (size_t at = 0; at < 2; at++) {
    const char *path = repositories[at];
    REQUIRE(scope_checkout_info(NULL, path, strlen(path), buf, sizeof buf, NULL, &info, &error) == SCOPE_OK);
    REQUIRE(strcmp(info.branch.data, "main") == 0);
    REQUIRE(scope_checkout_resolve(NULL, path, strlen(path), NULL, 0, &key, &error) == SCOPE_OK);
    scope_key_free(key);
  }
  REQUIRE(scope_workspaces_list(workspaces, USER, strlen(USER), NULL, 0, &list, &error) == SCOPE_OK);
  REQUIRE(scope_workspace_list_count(list) == 1);
  scope_workspace_list_free(list);
}

static void *work(void *argument) {
  job_t *job = argument;
  char buf[512], message[512];
  size_t needed;
  int32_t order;
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_reference_t reference = SCOPE_REFERENCE_INIT;
  scope_resolve_options_t options = SCOPE_RESOLVE_OPTIONS_INIT;
  scope_resolved_t resolved = SCOPE_RESOLVED_INIT;
  options.default_scope.data = "acme";
  options.default_scope.len = 4;
  for (int round = 0; round < ROUNDS; round++) {
    REQUIRE(scope_reference_parse("@acme/widget:1", 14, &reference, &error) == SCOPE_OK);
    REQUIRE(scope_policy_is_reserved(job->policy, "admin", 5));
    REQUIRE(scope_policy_check_claimable(job->policy, "vm0-x", 5, &error) == SCOPE_RESERVED_PREFIX);
    REQUIRE(scope_error_message(&error, "vm0-x", 5, message, sizeof message, &needed) == SCOPE_OK);
    REQUIRE(scope_policy_resolve(job->policy, &options, "widget", 6, buf, sizeof buf, &needed, &resolved, &error) ==
            SCOPE_OK);
    REQUIRE(strcmp(buf, "@acme/widget") == 0);
    for (size_t at = 0; at < 3; at++) {
      REQUIRE(scope_key_distinct_storage_key(job->keys[at], buf, sizeof buf, &needed) == SCOPE_OK);
      REQUIRE(scope_key_uri(job->keys[at], buf, sizeof buf, &needed) == SCOPE_OK);
      REQUIRE(scope_key_compare(job->keys[at], job->keys[0], &order) == SCOPE_OK);
      REQUIRE(order == (at > 0));
    }
    REQUIRE(strcmp(scope_status_name(error.status), "reserved_prefix") == 0);
    use_a_disk(job->workspaces);
  }
  REQUIRE(scope_key_from_uri("scope:global", 12, &job->made, &error) == SCOPE_OK);
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[THREADS];
  job_t jobs[THREADS];
  scope_policy_t *policy;
  scope_key_t *keys[3];
  scope_workspaces_t *workspaces;
  char root[PATH_MAX];
  const char metadata[] =
      "{\"owner\":\"acme\",\"repo\":\"widget\",\"fullName\":\"acme/widget\","
      "\"lastAccessedAt\":\"2026-01-01T00:00:00Z\",\"createdAt\":\"2026-01-01T00:00:00Z\"}";
  make_root(root);
  REQUIRE(chdir(root) == 0);
  make_repository("plain", "ref: refs/heads/main\n", "false");
  make_repository("odd", "ref: refs/heads/main\n", "\"false\"");
  make_directory("workspaces");
  make_directory("workspaces/" USER);
  make_directory("workspaces/" USER "/acme__widget");
  make_file("workspaces/" USER "/acme__widget/.workspace.json", metadata, strlen(metadata));
  REQUIRE(scope_workspaces_open(NULL, root, strlen(root), NULL, 0, &workspaces, NULL) == SCOPE_OK);
  REQUIRE(scope_policy_new(NULL, &policy, NULL) == SCOPE_OK);
  REQUIRE(scope_key_global(&keys[0]) == SCOPE_OK);
  REQUIRE(scope_key_branch("/src/app", 8, "main", 4, &keys[1], NULL) == SCOPE_OK);
  REQUIRE(scope_key_worktree("/src/app", 8, "wt", 2, NULL, 0, &keys[2], NULL) == SCOPE_OK);
  if (argc > 1) {
    REQUIRE(strcmp(argv[1], "begun") == 0);
    use_a_disk(workspaces);
  }
  for (int at = 0; at < THREADS; at++) {
    jobs[at] = (job_t){policy, {keys[0], keys[1], keys[2]}, workspaces, NULL};
    REQUIRE(pthread_create(&threads[at], NULL, work, &jobs[at]) == 0);
  }
  for (int at = 0; at < THREADS; at++) {
    REQUIRE(pthread_join(threads[at], NULL) == 0);
    scope_key_free(jobs[at].made);
  }
  for (int at = 0; at < 3; at++) {
    scope_key_free(keys[at]);
  }
  scope_policy_free(policy);
  scope_workspaces_free(workspaces);
  REQUIRE(chdir("/") == 0);
  remove_tree(root);
  printf("%d passed, 0 failed\n", THREADS);
  return 0;
}
