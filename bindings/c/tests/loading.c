/* A program that loads the library and lets go of it while a thread that used it is still there: what libgit2 keeps for the
 * thread is ended with the thread, by code that has to be there.
 *
 * loading LIBRARY */
#include <dlfcn.h>
#include <pthread.h>

#include "trees.h"

static char root[PATH_MAX];
static pthread_barrier_t used, gone;

typedef scope_status_t info_fn(const scope_checkout_options_t *, const char *, size_t, char *, size_t, size_t *,
                               scope_checkout_info_t *, scope_error_t *);

static void *use(void *function) {
  scope_checkout_info_t info = SCOPE_CHECKOUT_INFO_INIT;
  scope_error_t error = SCOPE_ERROR_INIT;
  info_fn *ask;
  char buf[2 * PATH_MAX];
  memcpy(&ask, function, sizeof ask);
  REQUIRE(ask(NULL, root, strlen(root), buf, sizeof buf, NULL, &info, &error) == SCOPE_CORRUPT_REPOSITORY);
  REQUIRE(error.part == SCOPE_PART_GIT_CONFIG);
  pthread_barrier_wait(&used);
  pthread_barrier_wait(&gone);
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t thread;
  char app[PATH_MAX + 8];
  REQUIRE(argc == 2);
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  REQUIRE(library != NULL && dlclose(library) == 0);
  library = dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD); /* it stays, before anything of it has run too */
  REQUIRE(library != NULL);
  void *function = dlsym(library, "scope_checkout_info");
  REQUIRE(function != NULL);
  make_root(root);
  REQUIRE(chdir(root) == 0);
  /* Which libgit2 reads, and says that it cannot: a message that it keeps for the thread. */
  make_repository("app", "ref: refs/heads/main\n", "\"false\n[");
  snprintf(app, sizeof app, "%s/app", root);
  strcpy(root, app);
  REQUIRE(pthread_barrier_init(&used, NULL, 2) == 0 && pthread_barrier_init(&gone, NULL, 2) == 0);
  REQUIRE(pthread_create(&thread, NULL, use, &function) == 0);
  pthread_barrier_wait(&used);
  REQUIRE(dlclose(library) == 0);
  pthread_barrier_wait(&gone);
  REQUIRE(pthread_join(thread, NULL) == 0 && chdir("/") == 0);
  *strrchr(root, '/') = '\0';
  remove_tree(root);
  printf("1 passed, 0 failed\n");
  return 0;
}
