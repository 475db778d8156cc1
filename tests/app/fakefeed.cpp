#include "tests/app/fakefeed.h"
