#include "core/base/log.h"

#include "core/base/isotime.h"
#include "core/base/logsink.h"
#include "core/base/text/terminaltext.h"

#include <atomic>
#include <csignal>
#include <mutex>
#include <QDateTime>
#include <QJsonDocument>
#include <unistd.h>

namespace entvas::log {

using namespace Qt::StringLiterals;

namespace {

// The process has one standard error, so what it writes there has one form. Read and set from any thread.
std::atomic<LogFormat> g_format{LogFormat::Text};
std::atomic<LogLevel> g_level{LogLevel::Info};
std::array<std::atomic<quint64>, 4> g_counts{};
std::atomic<quint64> g_dropped{0};
std::mutex g_line; // lines of two threads never mix; also for the two that follow
constinit LogRing g_ring;

constexpr qsizetype kMaxText = LogSink::kMaxLine - 1; // and a line feed
constexpr qsizetype kMaxValue = 256;                  // characters of a field, once a record is too long
constexpr QChar kCutMark = u'…';

LogSink &sink()
{
    static LogSink standardError(STDERR_FILENO);
    return standardError;
}

QByteArray jsonLine(const QJsonObject &object)
{
    return terminalJson(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonValue cutValue(const QJsonValue &value)
{
    if (value.isString() && value.toString().size() > kMaxValue)
        return value.toString().left(kMaxValue) + kCutMark;
    return value.isArray() || value.isObject() ? QJsonValue(QString(kCutMark)) : value;
}

QByteArray formatJson(LogLevel level, const char *area, const QString &message, QJsonObject fields, const QString &now)
{
    // A field can't take the place of one of the four known keys.
    QJsonObject head{{u"level"_s, QString::fromLatin1(nameOf(level))},
                     {u"area"_s, QString::fromLatin1(area)},
                     {u"message"_s, message},
                     {u"time"_s, now}};
    const auto withHead = [&] {
        QJsonObject all = fields;
        for (auto it = head.begin(); it != head.end(); ++it)
            all.insert(it.key(), it.value());
        return jsonLine(all);
    };
    QByteArray line = withHead();
    if (line.size() <= kMaxText)
        return line;
    for (QJsonValueRef value : fields)
        value = cutValue(value);
    head.insert(u"message"_s, message.size() > kMaxValue ? message.left(kMaxValue) + kCutMark : message);
    head.insert(u"cut"_s, true);
    line = withHead();
    if (line.size() > kMaxText)
        line = jsonLine(head);
    return line;
}

// Words of a terminal's line: what could be taken for two of them stands in quotes.
QString textValue(const QJsonValue &value)
{
    if (!value.isString())
        return QString::fromUtf8(
            QJsonDocument(QJsonObject{{u"v"_s, value}}).toJson(QJsonDocument::Compact).mid(5).chopped(1));
    QString text = value.toString();
    if (!text.contains(u' ') && !text.contains(u'=') && !text.contains(u'"') && !text.isEmpty())
        return text;
    return u'"' + text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s) + u'"';
}

void writeAlways(LogLevel level, const char *area, const QString &message, const QJsonObject &fields)
{
    const LogFormat form = g_format.load(std::memory_order_relaxed);
    const QByteArray line = format(form, level, area, message, fields, QDateTime::currentMSecsSinceEpoch()) + '\n';
    g_counts[std::size_t(level)].fetch_add(1, std::memory_order_relaxed);
    const std::lock_guard lock(g_line);
    g_ring.add(line);
    if (!sink().write(line))
        return;
    if (const quint64 dropped = sink().takeDropped()) {
        g_dropped += dropped;
        sink().write(format(form, LogLevel::Warning, "log", u"standard error took nothing for a while"_s,
                            {{u"recordsDropped"_s, qint64(dropped)}}, QDateTime::currentMSecsSinceEpoch()) +
                     '\n');
    }
}

void write(LogLevel level, const char *area, const QString &message, const QJsonObject &fields)
{
    if (isOn(level))
        writeAlways(level, area, message, fields);
}

void fromQt(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    LogLevel level = LogLevel::Warning;
    switch (type) {
    case QtDebugMsg: level = LogLevel::Debug; break;
    case QtInfoMsg: level = LogLevel::Info; break;
    case QtWarningMsg: level = LogLevel::Warning; break;
    case QtCriticalMsg:
    case QtFatalMsg: level = LogLevel::Error; break;
    }
    write(level, "qt", message,
          context.category && qstrcmp(context.category, "default") != 0
              ? QJsonObject{{u"category"_s, QString::fromLatin1(context.category)}}
              : QJsonObject());
}

} // namespace

void setUp(LogFormat format, LogLevel level)
{
    g_format = format;
    g_level = level;
    // The reader of our output may go: that is an error to write, not the end of a server.
    std::signal(SIGPIPE, SIG_IGN);
    qInstallMessageHandler(fromQt);
}

void debug(const char *area, const QString &message, const QJsonObject &fields)
{
    write(LogLevel::Debug, area, message, fields);
}

void info(const char *area, const QString &message, const QJsonObject &fields)
{
    write(LogLevel::Info, area, message, fields);
}

void warning(const char *area, const QString &message, const QJsonObject &fields)
{
    write(LogLevel::Warning, area, message, fields);
}

void error(const char *area, const QString &message, const QJsonObject &fields)
{
    write(LogLevel::Error, area, message, fields);
}

bool isOn(LogLevel level)
{
    return level >= g_level.load(std::memory_order_relaxed);
}

void setLevel(LogLevel level)
{
    g_level = level;
    writeAlways(LogLevel::Info, "log", u"the level is now %1"_s.arg(QLatin1StringView(nameOf(level))), {});
}

bool sayMore()
{
    const LogLevel level = g_level;
    if (level == LogLevel::Debug)
        return false;
    setLevel(LogLevel(int(level) - 1));
    return true;
}

bool sayLess()
{
    const LogLevel level = g_level;
    if (level == LogLevel::Error)
        return false;
    setLevel(LogLevel(int(level) + 1));
    return true;
}

Counts counts()
{
    Counts counts;
    for (std::size_t i = 0; i < g_counts.size(); ++i)
        counts.byLevel[i] = g_counts[i].load(std::memory_order_relaxed);
    counts.dropped = g_dropped.load(std::memory_order_relaxed);
    return counts;
}

void writeRecent(int descriptor)
{
    g_ring.writeTo(descriptor);
}

const char *nameOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return "debug";
    case LogLevel::Info: return "info";
    case LogLevel::Warning: return "warning";
    case LogLevel::Error: return "error";
    }
    Q_UNREACHABLE();
}

QByteArray format(LogFormat format, LogLevel level, const char *area, const QString &message, const QJsonObject &fields,
                  qint64 nowMs)
{
    const QString now = QString::fromLatin1(isoFromMs(nowMs));
    if (format == LogFormat::Json)
        return formatJson(level, area, message, fields, now);
    QString line = now.mid(11, 12) + u' ' + QString::fromLatin1(nameOf(level)).leftJustified(7) + u' ' +
                   QString::fromLatin1(area) + u": "_s + terminalText(message);
    for (auto it = fields.begin(); it != fields.end(); ++it)
        line += u' ' + terminalText(it.key()) + u'=' + terminalText(textValue(*it));
    QByteArray bytes = line.toUtf8();
    if (bytes.size() > kMaxText) {
        qsizetype end = kMaxText - 4; // room for a blank and the mark
        while ((static_cast<unsigned char>(bytes[end]) & 0xc0) == 0x80)
            --end; // not in the middle of a character
        bytes = bytes.left(end) + ' ' + QString(kCutMark).toUtf8();
    }
    return bytes;
}

} // namespace entvas::log
