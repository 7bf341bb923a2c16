/* A program with a fault in it, named by its argument, so that it shows whether what watches the tests is really on. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int shared;

static void *race(void *unused) {
  for (int at = 0; at < 1000; at++) {
    shared++;
  }
  return unused;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "address") == 0) {
    volatile size_t past = 4;
    char *text = malloc(4);
    if (text != NULL) {
      text[past] = 'x';
    }
    free(text);
    return 0;
  }
  if (argc == 2 && strcmp(argv[1], "leak") == 0) {
    void *volatile lost = malloc(4);
    lost = NULL;
    return lost != NULL;
  }
  if (argc == 2 && strcmp(argv[1], "undefined") == 0) {
    volatile int most = INT_MAX;
    printf("%d\n", most + 1);
    return 0;
  }
  if (argc == 2 && strcmp(argv[1], "race") == 0) {
    pthread_t threads[2];
    for (int at = 0; at < 2; at++) {
      if (pthread_create(&threads[at], NULL, race, NULL) != 0) {
        return 2;
      }
    }
    for (int at = 0; at < 2; at++) {
      pthread_join(threads[at], NULL);
    }
    return 0;
  }
  fprintf(stderr, "usage: planted address|leak|undefined|race\n");
  return 2;
}
