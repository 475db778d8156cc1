#include "core/directory.h"

#include <algorithm>
#include <array>
#include <QCryptographicHash>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr QByteArrayView kPrefix("entvas_");
constexpr qsizetype kIdBytes = 6;
constexpr qsizetype kSecretBytes = 32;
constexpr qsizetype kMaxProjectChars = 64;

QByteArray randomBytes(qsizetype count)
{
    std::array<quint32, kSecretBytes / sizeof(quint32)> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), count);
}

} // namespace

bool isProjectId(QStringView text)
{
    const auto isPlain = [](QChar c) { return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9'); };
    return !text.isEmpty() && text.size() <= kMaxProjectChars && isPlain(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](QChar c) { return isPlain(c) || c == u'-' || c == u'_'; });
}

QString roleName(KeyRole role)
{
    switch (role) {
    case KeyRole::Sender: return u"sender"_s;
    case KeyRole::Viewer: return u"viewer"_s;
    case KeyRole::Admin: return u"admin"_s;
    }
    return {};
}

std::optional<KeyRole> roleFromName(QStringView name)
{
    for (const KeyRole role : {KeyRole::Sender, KeyRole::Viewer, KeyRole::Admin})
        if (name == roleName(role))
            return role;
    return {};
}

NewApiKey makeApiKey(const QString &project, KeyRole role, const QString &name, qint64 nowMs, qint64 expiresAtMs)
{
    NewApiKey made;
    made.key = {QString::fromLatin1(randomBytes(kIdBytes).toHex()), project, role, name, {}, nowMs, expiresAtMs, 0};
    made.text = kPrefix.toByteArray() + made.key.id.toLatin1() + '_' +
                randomBytes(kSecretBytes).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    made.key.digest = apiKeyDigest(made.text);
    return made;
}

QString apiKeyId(QByteArrayView presented)
{
    if (!presented.startsWith(kPrefix))
        return {};
    const QByteArrayView rest = presented.sliced(kPrefix.size());
    if (rest.size() <= 2 * kIdBytes + 1 || rest[2 * kIdBytes] != '_')
        return {};
    return QString::fromLatin1(rest.first(2 * kIdBytes));
}

QByteArray apiKeyDigest(QByteArrayView presented)
{
    return QCryptographicHash::hash(presented.toByteArray(), QCryptographicHash::Sha256).toHex();
}

} // namespace entvas
