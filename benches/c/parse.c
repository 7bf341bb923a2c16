/* How long a loop in C takes that calls scope_reference_parse: `parse FILE` prints nanoseconds a text, the median of its
 * rounds. parse.rs is the same loop in Rust. */
#include <scope_core.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 4096, ROUNDS = 101, REPEATS = 20 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  static char *texts[MOST];
  static size_t lengths[MOST];
  static double rounds[ROUNDS];
  size_t count = 0, found = 0;
  char line[512];
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (file == NULL) {
    fprintf(stderr, "usage: parse FILE\n");
    return 2;
  }
  while (count < MOST && fgets(line, sizeof line, file) != NULL) {
    lengths[count] = strcspn(line, "\n");
    texts[count] = malloc(lengths[count] + 1);
    if (texts[count] == NULL) {
      return 1;
    }
    memcpy(texts[count], line, lengths[count]);
    count++;
  }
  fclose(file);
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      for (size_t at = 0; at < count; at++) {
        scope_reference_t reference = SCOPE_REFERENCE_INIT;
        if (scope_reference_parse(texts[at], lengths[at], &reference, NULL) == SCOPE_OK) {
          found += reference.name.len;
        }
      }
    }
    rounds[round] = (now() - start) / REPEATS / (double)count;
  }
  qsort(rounds, ROUNDS, sizeof *rounds, by_size);
  if (found == 0) {
    return 1;
  }
  printf("%.3f\n", rounds[ROUNDS / 2]);
  return 0;
}
