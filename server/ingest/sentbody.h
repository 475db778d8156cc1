#pragma once

#include "core/ingest/eventparser.h"
#include "server/http/message.h"

#include <optional>

namespace entvas {

// A body from which no event can be read.
struct UnusableBody {
    HttpReply reply;
    int rejected = 0; // events that it counts as
    enum class Limit { None, Bytes, Events };
    Limit reached = Limit::None;
    QList<FieldError> errors = {}; // the same as the reply, for GET /rejections
};
UnusableBody unusableBody(HttpReply reply, const QString &text, const QString &type,
                          UnusableBody::Limit reached = UnusableBody::Limit::None);
UnusableBody tooManyEvents(int most);

// The body of one request. Unpacked from gzip (at most `maxBytes` come out) when it is first asked for, and once: a key
// is checked before anything is unpacked, unless the dialect has it in the body.
class SentBody
{
public:
    // The request must outlive it.
    SentBody(const HttpRequest &request, qint64 maxBytes) : m_request(request), m_maxBytes(maxBytes) {}

    const HttpRequest &request() const { return m_request; }
    // What keeps the text from being read: too large, damaged, of an unknown encoding. nullptr: nothing does.
    const UnusableBody *fault() const;
    // Without a byte order mark; empty where there is a fault. Shared with the request where it came as it is.
    const QByteArray &text() const;
    qsizetype markBytes() const; // of the byte order mark before the text

private:
    void unpack() const;
    void setEncodingFault() const;

    const HttpRequest &m_request;
    qint64 m_maxBytes;
    mutable bool m_isUnpacked = false;
    mutable std::optional<UnusableBody> m_fault;
    mutable QByteArray m_text;
    mutable qsizetype m_markBytes = 0;
};

// {"path":…,"message":…,"type":…} for each.
QJsonArray errorsToJson(const QList<FieldError> &errors);

} // namespace entvas
