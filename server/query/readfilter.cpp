#include "server/query/readfilter.h"

#include "core/base/isotime.h"
#include "core/base/units.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

Result<qint64> readTime(const QString &name, const QString &text)
{
    auto time = isoToMs(text.toUtf8());
    // The plus of a zone that was not encoded is a blank by now.
    if (const qsizetype blank = text.lastIndexOf(u' '); !time && blank >= 0)
        time = isoToMs(QString(text).replace(blank, 1, u'+').toUtf8());
    if (!time)
        return Failure{Fault::BadInput,
                       u"\"%1\" must be an ISO 8601 date-time with a zone, such as 2025-01-01T12:00:00Z"_s.arg(name)};
    return *time;
}

// Whatever an event may hold, U+FEFF at the head as well: characters are counted as its parser counts them. Half of a
// surrogate pair can't come here, since QueryParameters takes UTF-8 only.
Result<QString> readText(const QString &name, const QString &text, int most)
{
    const bool hasControl =
        std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.category() == QChar::Other_Control; });
    const auto characters = std::count_if(text.cbegin(), text.cend(), [](QChar c) { return !c.isLowSurrogate(); });
    if (characters > most || hasControl)
        return Failure{Fault::BadInput,
                       u"\"%1\" must be text of at most %2 characters without control characters"_s.arg(
                           name, QString::number(most))};
    return text;
}

} // namespace

QStringList eventParameters()
{
    return {u"filter"_s, u"type"_s, u"user"_s, u"from"_s, u"to"_s, u"limit"_s, u"cursor"_s};
}

ReadFilter readFilter(const QueryParameters &query, qint64 nowMs)
{
    const QString asked = query.value(u"filter"_s);
    const qint64 to = nowMs - nowMs % kMinuteMs + kMinuteMs; // the running minute counts
    if (asked == u"day"_s)
        return {asked, {to - 24 * 60 * kMinuteMs, to}};
    if (asked == u"week"_s)
        return {asked, {to - 7 * 24 * 60 * kMinuteMs, to}};
    return {u"hour"_s, {to - 60 * kMinuteMs, to}};
}

Result<EventQuery> readEventQuery(const QueryParameters &query, const QString &project, const ReadFilter &filter,
                                  EventLimits limits)
{
    EventQuery wanted;
    wanted.project = project;
    wanted.fromMs = filter.span.fromMs;
    wanted.toMs = filter.span.toMs;
    wanted.limit = limits.usual;
    for (const auto &[name, edge] : {std::pair{u"from"_s, &wanted.fromMs}, std::pair{u"to"_s, &wanted.toMs}}) {
        if (!query.has(name))
            continue;
        const auto time = readTime(name, query.value(name));
        if (!time)
            return time.failure();
        *edge = time.value();
    }
    if (wanted.fromMs > wanted.toMs)
        return Failure{Fault::BadInput, u"\"from\" must not be after \"to\""_s};
    for (const auto &[name, target, most] :
         {std::tuple{u"type"_s, &wanted.eventType, 128}, std::tuple{u"user"_s, &wanted.userId, 256}}) {
        auto text = readText(name, query.value(name), most);
        if (!text)
            return text.failure();
        *target = text.value();
    }
    if (query.has(u"limit"_s)) {
        bool isNumber = false;
        wanted.limit = query.value(u"limit"_s).toInt(&isNumber);
        if (!isNumber || wanted.limit < 1 || wanted.limit > limits.most)
            return Failure{Fault::BadInput, u"\"limit\" must be a number from 1 to %1"_s.arg(limits.most)};
    }
    if (query.has(u"cursor"_s)) {
        const auto bytes = QByteArray::fromBase64Encoding(
            query.value(u"cursor"_s).toLatin1(),
            QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals | QByteArray::AbortOnBase64DecodingErrors);
        const QUuid id = bytes && (*bytes).size() == 16 ? QUuid::fromRfc4122(*bytes) : QUuid();
        if (id.isNull())
            return Failure{Fault::BadInput, u"\"cursor\" must be the nextCursor of an earlier answer"_s};
        wanted.before = id;
    }
    return wanted;
}

QString cursorText(const QUuid &id)
{
    return QString::fromLatin1(id.toRfc4122().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

} // namespace entvas
