#include "server/ingest/sentbody.h"

#include "core/base/jsontext.h"
#include "core/file/gzip.h"
#include "server/http/reply.h"

#include <QJsonArray>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

UnusableBody unusableBody(HttpReply reply, const QString &text, const QString &type, UnusableBody::Limit reached)
{
    return {std::move(reply), 0, reached, {{{}, text, type}}};
}

UnusableBody tooManyEvents(int most)
{
    const QString text = u"One request may carry at most %1 events"_s.arg(most);
    return unusableBody(failureReply({Fault::TooLarge, text}), text, u"array.max"_s, UnusableBody::Limit::Events);
}

const UnusableBody *SentBody::fault() const
{
    unpack();
    return m_fault ? &*m_fault : nullptr;
}

const QByteArray &SentBody::text() const
{
    unpack();
    return m_text;
}

qsizetype SentBody::markBytes() const
{
    unpack();
    return m_markBytes;
}

void SentBody::unpack() const
{
    if (std::exchange(m_isUnpacked, true))
        return;
    const QByteArray encoding = m_request.header("content-encoding").trimmed().toLower();
    if (encoding == "gzip" || encoding == "x-gzip") {
        auto unpacked = gunzip(m_request.body, m_maxBytes);
        if (!unpacked) {
            const bool isTooLarge = unpacked.failure().kind == Fault::TooLarge;
            m_fault = unusableBody(failureReply(unpacked.failure()), unpacked.failure().text,
                                   isTooLarge ? u"body.max"_s : u"body.gzip"_s,
                                   isTooLarge ? UnusableBody::Limit::Bytes : UnusableBody::Limit::None);
            return;
        }
        m_text = std::move(*unpacked);
    } else if (encoding.isEmpty() || encoding == "identity") {
        m_text = m_request.body;
    } else {
        return setEncodingFault();
    }
    if (m_text.startsWith(json::kByteOrderMark)) {
        m_markBytes = json::kByteOrderMark.size();
        m_text.remove(0, m_markBytes);
    }
}

void SentBody::setEncodingFault() const
{
    const QString why = u"Content-Encoding must be gzip or absent"_s;
    HttpReply reply = errorReply(415, why);
    reply.headers.append({QByteArrayLiteral("Accept-Encoding"), QByteArrayLiteral("gzip")});
    m_fault = unusableBody(std::move(reply), why, u"body.encoding"_s);
}

QJsonArray errorsToJson(const QList<FieldError> &errors)
{
    QJsonArray list;
    for (const FieldError &error : errors)
        list.append(QJsonObject{{u"path"_s, QJsonArray::fromVariantList(error.path)},
                                {u"message"_s, error.message},
                                {u"type"_s, error.type}});
    return list;
}

} // namespace entvas
