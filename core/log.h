#pragma once

#include "core/settings.h"

#include <QJsonObject>
#include <QString>

namespace entvas {

// Structured log lines on standard error, one per record; control characters are escaped. Text for a terminal:
// "12:00:00.123 info  ingest: committed batch events=3"; JSON otherwise: {"time":…,"level":…,"area":…,"message":…,…}.
// Also takes over Qt's own messages. Safe from any thread.
namespace log {
void setUp(LogFormat format, LogLevel level);
void debug(const char *area, const QString &message, const QJsonObject &fields = {});
void info(const char *area, const QString &message, const QJsonObject &fields = {});
void warning(const char *area, const QString &message, const QJsonObject &fields = {});
void error(const char *area, const QString &message, const QJsonObject &fields = {});
// The line itself, for tests.
QByteArray format(LogFormat format, LogLevel level, const char *area, const QString &message, const QJsonObject &fields,
                  qint64 nowMs);
} // namespace log

} // namespace entvas
