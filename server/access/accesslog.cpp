#include "server/access/accesslog.h"

#include "server/http/reply.h"

#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

LogLevel AccessLog::levelOf(const HttpRequest &request, int status, std::chrono::milliseconds took)
{
    // That nothing can be stored is said once by those who find it out, and again by each sender that is turned away.
    if (isServersFault(status) || took >= kSlow)
        return LogLevel::Warning;
    const QString &route = request.notes->route;
    const bool isReading = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
    if (route.startsWith(u"/export/"_s) || (route.startsWith(u"/admin/"_s) && !isReading))
        return LogLevel::Info;
    return LogLevel::Debug;
}

void AccessLog::add(const HttpRequest &request, const HttpReply &reply)
{
    using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::milliseconds;
    const RequestNotes &notes = *request.notes;
    const auto took = std::chrono::steady_clock::now() - notes.began;
    const LogLevel level = levelOf(request, reply.status, duration_cast<milliseconds>(took));
    if (!log::isOn(level))
        return;
    QJsonObject fields;
    if (level == LogLevel::Warning) {
        LogLimit &limit = reply.status == 503 ? m_unavailable : m_warnings;
        const auto left = limit.take(m_clock->nowMs());
        if (!left)
            return;
        if (*left > 0)
            fields.insert(u"leftOut"_s, qint64(*left)); // records like this one
    }
    fields.insert(u"requestId"_s, QString::fromLatin1(request.requestId));
    fields.insert(u"method"_s, QString::fromLatin1(request.method.left(16)));
    fields.insert(u"route"_s, notes.route);
    if (notes.route != request.path && !request.path.isEmpty())
        fields.insert(u"path"_s, request.path.left(200));
    fields.insert(u"status"_s, reply.status);
    fields.insert(u"ms"_s, double(duration_cast<microseconds>(took).count()) / 1'000);
    fields.insert(u"peer"_s, request.peer.toString());
    if (!notes.by.isEmpty())
        fields.insert(u"by"_s, notes.by);
    if (!notes.project.isEmpty())
        fields.insert(u"project"_s, notes.project);
    switch (level) {
    case LogLevel::Debug: return log::debug("http", u"answered"_s, fields);
    case LogLevel::Info: return log::info("http", u"answered"_s, fields);
    case LogLevel::Warning:
    case LogLevel::Error:
        return log::warning("http", isServersFault(reply.status) ? u"failed"_s : u"slow answer"_s, fields);
    }
}

} // namespace entvas
