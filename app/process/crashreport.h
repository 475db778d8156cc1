#pragma once

#include <QString>

namespace entvas {

// Reports about crashes: what SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL or an exception that was not caught found, on
// standard error and in FOLDER/crash-DATE-TIME-PID.txt: version, thread, signal, address, the way there (module and
// offset for addr2line), the last lines of the log. The process then ends as it would have, with its core dump and its
// exit status.
namespace crashreport {

// Once, in the main thread, before others are started. An empty folder, or one that can't be written to: standard
// error only. Does nothing under a sanitizer, which has a handler of its own.
void install(const QString &folder);
bool isSupported(); // not under a sanitizer

} // namespace crashreport

} // namespace entvas
