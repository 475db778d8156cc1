#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QJsonValue>

namespace entvas {

// What the program leaves to its caller (outside contract, section 1.1; numbers from sysexits.h).
enum class ExitCode {
    Fine = 0,
    Failed = 1,
    Usage = 64,
    Unavailable = 69,
    Denied = 77,
    Configuration = 78,
};

// The only place that turns a failure into an exit code.
ExitCode exitCode(Fault fault);

// Writes "entvas: SENTENCE" to standard error and returns the code to leave with. With `json` one object says the same
// on standard output: `report`, and with it "success" (false), "message", "error" (the same text) and "exitCode".
int leaveWith(const Failure &failure, bool json = false, QJsonObject report = {});

// A line to standard error or standard output that may hold text from elsewhere: safe for a terminal.
void printError(const QString &line);
void print(const QString &line);
void print(const QJsonValue &value); // an object or an array, on one line

// What a program that prints returns in the end: `code`, or a failure that is reported when not all of it reached
// standard output.
int leavePrinted(int code);

} // namespace entvas
