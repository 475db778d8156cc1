#pragma once

namespace entvas {

// A second stack for the signal handlers of this thread, so that a crash by a full stack can be reported too. Stays
// until the thread ends; further calls do nothing.
void useAlternateStack();

// The name of this thread, as the kernel and a report about a crash show it; at most 15 characters.
void nameThread(const char *name);

} // namespace entvas
