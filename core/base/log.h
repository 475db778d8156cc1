#pragma once

#include "core/base/loglevel.h"

#include <array>
#include <QJsonObject>
#include <QString>

// Structured log lines on standard error, one per record and at most LogSink::kMaxLine bytes; control characters are
// escaped, and what is longer is cut with a mark. Text for a terminal:
// "12:00:00.123 info    ingest: committed batch events=3"; JSON otherwise: {"time":…,"level":…,"area":…,"message":…,…}.
// Also takes over Qt's own messages. Safe from any thread. A standard error that takes nothing, or is closed, neither
// stops nor ends the process: see LogSink.
namespace entvas::log {

void setUp(LogFormat format, LogLevel level);
void debug(const char *area, const QString &message, const QJsonObject &fields = {});
void info(const char *area, const QString &message, const QJsonObject &fields = {});
void warning(const char *area, const QString &message, const QJsonObject &fields = {});
void error(const char *area, const QString &message, const QJsonObject &fields = {});

// Whether such a record would be written: for those whose fields cost something to gather.
bool isOn(LogLevel level);
// Says so in the log, whatever the level. One step to the left says more; false at either end.
void setLevel(LogLevel level);
bool sayMore();
bool sayLess();

// Since the process started.
struct Counts {
    std::array<quint64, 4> byLevel{}; // written or dropped; index: LogLevel
    quint64 dropped = 0;              // that standard error did not take
};
Counts counts();
// The last lines, see LogRing. Async-signal-safe.
void writeRecent(int descriptor);

const char *nameOf(LogLevel level);
// The line itself, for tests.
QByteArray format(LogFormat format, LogLevel level, const char *area, const QString &message, const QJsonObject &fields,
                  qint64 nowMs);
} // namespace entvas::log
