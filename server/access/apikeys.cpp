#include "server/access/apikeys.h"

#include "core/event.h"
#include "server/httpfront.h"

#include <QCryptographicHash>

namespace entvas {

SecretDigest::SecretDigest(QByteArrayView secret)
    : m_digest(QCryptographicHash::hash(secret.toByteArray(), QCryptographicHash::Sha256))
{
}

bool SecretDigest::matches(QByteArrayView presented) const
{
    const QByteArray digest = QCryptographicHash::hash(presented.toByteArray(), QCryptographicHash::Sha256);
    unsigned difference = 0;
    for (qsizetype i = 0; i < m_digest.size(); ++i)
        difference |= unsigned(uchar(m_digest[i])) ^ unsigned(uchar(digest[i]));
    return difference == 0;
}

QByteArray bearerToken(QByteArrayView header)
{
    constexpr QByteArrayView kScheme("bearer ");
    const QByteArray text = header.toByteArray().trimmed();
    if (text.size() <= kScheme.size() || text.left(kScheme.size()).toLower() != kScheme)
        return {};
    return text.mid(kScheme.size()).trimmed();
}

QByteArray bearerToken(const HttpRequest &request)
{
    return bearerToken(request.header("authorization"));
}

ApiKeys::ApiKeys(const Settings &settings)
{
    if (!settings.webhookKey.isEmpty()) {
        m_default.emplace(settings.webhookKey.toUtf8());
    } else if (settings.isLoopback()) {
        m_default.emplace(QByteArrayView(kDevelopmentKey));
        m_development = true;
    }
}

std::optional<Sender> ApiKeys::identify(const HttpRequest &request) const
{
    QByteArray presented = request.header("x-api-key");
    if (presented.isEmpty())
        presented = bearerToken(request);
    if (presented.isEmpty() || !m_default || !m_default->matches(presented))
        return {};
    return Sender{kDefaultProject, QByteArrayLiteral("default")};
}

} // namespace entvas
