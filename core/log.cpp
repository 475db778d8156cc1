#include "core/log.h"

#include "core/isotime.h"

#include <atomic>
#include <cstdio>
#include <mutex>
#include <QDateTime>
#include <QJsonDocument>

namespace entvas::log {

using namespace Qt::StringLiterals;

namespace {

// The process has one standard error, so what it writes there has one form. Set once at start; read from any thread.
std::atomic<LogFormat> g_format{LogFormat::Text};
std::atomic<LogLevel> g_level{LogLevel::Info};
std::mutex g_line; // lines of two threads never mix

constexpr qsizetype kMaxLine = 8 * 1024;

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

// Control characters as \n, \t or \u001b: a sender's text can neither start a line nor move the cursor.
QString escaped(const QString &text)
{
    QString safe;
    safe.reserve(text.size());
    for (const QChar c : text) {
        if (c == u'\n')
            safe += u"\\n"_s;
        else if (c == u'\t')
            safe += u"\\t"_s;
        else if (c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0) || c.unicode() == 0x2028 ||
                 c.unicode() == 0x2029 || c.category() == QChar::Other_Format)
            safe += u"\\u%1"_s.arg(uint(c.unicode()), 4, 16, QChar(u'0'));
        else
            safe += c;
    }
    return safe;
}

void write(LogLevel level, const char *area, const QString &message, const QJsonObject &fields)
{
    if (level < g_level.load(std::memory_order_relaxed))
        return;
    QByteArray line = format(g_format.load(std::memory_order_relaxed), level, area, message, fields,
                             QDateTime::currentMSecsSinceEpoch());
    line.append('\n');
    const std::lock_guard lock(g_line);
    std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
    std::fflush(stderr);
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

QByteArray format(LogFormat format, LogLevel level, const char *area, const QString &message, const QJsonObject &fields,
                  qint64 nowMs)
{
    const QString now = QString::fromLatin1(isoFromMs(nowMs));
    QByteArray line;
    if (format == LogFormat::Json) {
        // A field can't take the place of one of the four known keys.
        const QJsonObject head{{u"level"_s, QString::fromLatin1(nameOf(level))},
                               {u"area"_s, QString::fromLatin1(area)},
                               {u"message"_s, escaped(message)},
                               {u"time"_s, now}};
        QJsonObject all = fields;
        for (auto it = head.begin(); it != head.end(); ++it)
            all.insert(it.key(), it.value());
        line = QJsonDocument(all).toJson(QJsonDocument::Compact);
        if (line.size() > kMaxLine) {
            QJsonObject cut = head;
            cut.insert(u"message"_s, escaped(message).left(kMaxLine / 8));
            cut.insert(u"cut"_s, true);
            line = QJsonDocument(cut).toJson(QJsonDocument::Compact);
        }
        return line;
    }
    line = now.mid(11, 12).toLatin1() + ' ' + QByteArray(nameOf(level)).leftJustified(7) + ' ' + area + ": " +
           escaped(message).toUtf8();
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        const QString value =
            it->isString()
                ? it->toString()
                : QString::fromUtf8(
                      QJsonDocument(QJsonObject{{u"v"_s, *it}}).toJson(QJsonDocument::Compact).mid(5).chopped(1));
        line += ' ' + escaped(it.key()).toUtf8() + '=' + escaped(value).toUtf8();
    }
    if (line.size() > kMaxLine)
        line = line.left(kMaxLine) + " …";
    return line;
}

} // namespace entvas::log
