/* What all tests share: how one fails. */
#ifndef SCOPE_TESTS_COMMON_H
#define SCOPE_TESTS_COMMON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scope_core.h"

/* Ends the program: with what cannot go on, nothing after it shows anything. */
#define REQUIRE(condition)                                                                  \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);         \
      exit(1);                                                                              \
    }                                                                                       \
  } while (0)

#endif
