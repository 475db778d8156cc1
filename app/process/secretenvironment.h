#pragma once

namespace entvas {

// Wipes the secrets that came in environment variables, once they have been read: neither a program that we start nor
// /proc/PID/environ shows them any more. To be called before there is a second thread. What stays: they are in the
// memory of this process, and were readable for its user and root until now; NAME_FILE leaves no such trace.
void wipeSecretEnvironment();

} // namespace entvas
