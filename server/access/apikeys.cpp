#include "server/access/apikeys.h"

#include "core/model/event.h"
#include "server/http/message.h"

#include <algorithm>
#include <QCryptographicHash>
#include <utility>

namespace entvas {

using namespace Qt::StringLiterals;

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

SecretDigest SecretDigest::fromHex(const QByteArray &digest)
{
    SecretDigest made;
    made.m_digest = QByteArray::fromHex(digest);
    made.m_digest.resize(QCryptographicHash::hashLength(QCryptographicHash::Sha256), '\0');
    return made;
}

ApiKeys::ApiKeys(const Settings &settings) : m_dummy(makeApiKey({}, KeyRole::Sender, {}, 0).text)
{
    if (!settings.webhookKey.isEmpty()) {
        m_default.emplace(settings.webhookKey.toUtf8());
        m_development = settings.webhookKey == QLatin1StringView(kDevelopmentKey);
    } else if (settings.isLoopback() && settings.trustedProxies.isEmpty()) {
        m_default.emplace(QByteArrayView(kDevelopmentKey));
        m_development = true;
    }
}

void ApiKeys::setStored(const QList<ApiKey> &keys)
{
    const QHash<QString, Stored> before = std::exchange(m_stored, {});
    for (const ApiKey &key : keys) {
        const auto had = before.constFind(key.id);
        const qint64 usedAtMs = std::max(key.lastUsedAtMs, had == before.cend() ? 0 : had->usedAtMs);
        m_stored.insert(key.id, {key, SecretDigest::fromHex(key.digest), usedAtMs});
    }
}

QList<KeyUse> ApiKeys::takeUses(qsizetype most)
{
    QList<KeyUse> uses;
    for (auto use = m_uses.begin(); use != m_uses.end() && uses.size() < most; use = m_uses.erase(use))
        if (const auto stored = m_stored.constFind(use.key()); stored != m_stored.cend())
            uses << KeyUse{stored->key.project, use.key(), use.value()};
    return uses;
}

QByteArray ApiKeys::presented(const HttpRequest &request)
{
    const QByteArray key = request.header("x-api-key");
    return key.isEmpty() ? bearerToken(request) : key;
}

const ApiKey *ApiKeys::find(const QString &id) const
{
    const auto stored = m_stored.constFind(id);
    return stored == m_stored.cend() ? nullptr : &stored->key;
}

std::optional<KeyHolder> ApiKeys::identify(const HttpRequest &request, qint64 nowMs) const
{
    return identify(presented(request), nowMs);
}

std::optional<KeyHolder> ApiKeys::identify(QByteArrayView presented, qint64 nowMs) const
{
    if (presented.isEmpty())
        return {};
    if (const QString id = apiKeyId(presented); !id.isEmpty()) {
        const auto stored = m_stored.constFind(id);
        const bool isKnown = stored != m_stored.cend();
        const bool matches = (isKnown ? stored->digest : m_dummy).matches(presented);
        if (isKnown && matches && stored->key.isValidAt(nowMs)) {
            if (nowMs - stored->usedAtMs >= kUseEveryMs)
                stored->usedAtMs = m_uses[id] = nowMs;
            return KeyHolder{stored->key.project, stored->key.id.toLatin1(), stored->key.role, stored->key.name};
        }
    }
    if (m_default && m_default->matches(presented))
        return KeyHolder{kDefaultProject, QByteArrayLiteral("default"), KeyRole::Sender,
                         m_development ? u"development key"_s : u"WEBHOOK_API_KEY"_s, m_development};
    return {};
}

} // namespace entvas
