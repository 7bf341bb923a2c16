/* Eight threads use one policy and one set of keys at once, and pass keys on to be ended elsewhere. Run under helgrind,
 * which watches the library's own instructions too. */
#include <pthread.h>

#include "common.h"

enum { THREADS = 8, ROUNDS = 40 };

typedef struct {
  const scope_policy_t *policy;
  const scope_key_t *keys[3];
  scope_key_t *made; /* for the main thread to end */
} job_t;

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
  }
  REQUIRE(scope_key_from_uri("scope:global", 12, &job->made, &error) == SCOPE_OK);
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  job_t jobs[THREADS];
  scope_policy_t *policy;
  scope_key_t *keys[3];
  REQUIRE(scope_policy_new(NULL, &policy, NULL) == SCOPE_OK);
  REQUIRE(scope_key_global(&keys[0]) == SCOPE_OK);
  REQUIRE(scope_key_branch("/src/app", 8, "main", 4, &keys[1], NULL) == SCOPE_OK);
  REQUIRE(scope_key_worktree("/src/app", 8, "wt", 2, NULL, 0, &keys[2], NULL) == SCOPE_OK);
  for (int at = 0; at < THREADS; at++) {
    jobs[at] = (job_t){policy, {keys[0], keys[1], keys[2]}, NULL};
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
  printf("%d passed, 0 failed\n", THREADS);
  return 0;
}
