#pragma once

#include <cstdio>
#include <cstdlib>

// Ends the program where an invariant does not hold: what libFuzzer calls a crash, and keeps the input of.
#define ENTVAS_DEMAND(condition)                                                                                       \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                        \
            std::abort();                                                                                              \
        }                                                                                                              \
    } while (false)
