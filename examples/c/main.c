/* Reads what users typed and says what it stands for; see examples/README.md. */
#include <scope_core.h>
#include <stdio.h>
#include <string.h>

static void print_fault(const char *line, const scope_error_t *error) {
  char message[1024];
  scope_error_message(error, error->text.data, error->text.len, message, sizeof message, NULL);
  printf("%s -> %s at %zu: %s\n", line, scope_status_name(error->status), error->offset, message);
}

static void print_meaning(const scope_policy_t *policy, const char *line) {
  scope_resolve_options_t options = SCOPE_RESOLVE_OPTIONS_INIT;
  scope_resolved_t resolved = SCOPE_RESOLVED_INIT;
  scope_error_t error = SCOPE_ERROR_INIT;
  char text[324], component[195]; /* enough for every answer */
  options.default_scope.data = "acme";
  options.default_scope.len = strlen("acme");

  if (scope_policy_resolve(policy, &options, line, strlen(line), text, sizeof text, NULL, &resolved, &error) !=
      SCOPE_OK) {
    print_fault(line, &error);
  } else if (resolved.kind != SCOPE_RESOLVED_SCOPED) {
    printf("%s -> legacy template\n", line);
  } else if (scope_reference_storage_component(text, resolved.text.len, component, sizeof component, NULL, &error) !=
             SCOPE_OK) {
    print_fault(line, &error);
  } else {
    printf("%s -> %s in %s\n", line, text, component);
  }
}

/* Takes the key, and ends it. */
static void print_key(scope_key_t *key) {
  char display[256], stored[65];
  if (scope_key_display(key, display, sizeof display, NULL) == SCOPE_OK &&
      scope_key_distinct_storage_key(key, stored, sizeof stored, NULL) == SCOPE_OK) {
    printf("%s -> %s\n", display, stored);
  }
  scope_key_free(key);
}

int main(void) {
  char line[4096];
  const char *path = "/src/app", *branch_name = "feature/login", *worktree_key = "feature-login";
  scope_policy_t *policy;
  scope_key_t *branch = NULL, *worktree = NULL;

  if (scope_policy_new(NULL, &policy, NULL) != SCOPE_OK) {
    return 1;
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    print_meaning(policy, line);
  }
  scope_policy_free(policy);

  if (scope_key_branch(path, strlen(path), branch_name, strlen(branch_name), &branch, NULL) != SCOPE_OK ||
      scope_key_worktree(path, strlen(path), worktree_key, strlen(worktree_key), NULL, 0, &worktree, NULL) !=
          SCOPE_OK) {
    scope_key_free(branch);
    return 1;
  }
  print_key(branch);
  print_key(worktree);
  return 0;
}
