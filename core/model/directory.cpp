#include "core/model/directory.h"

#include <algorithm>
#include <array>
#include <QCryptographicHash>
#include <QRandomGenerator>
#include <zlib.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr QByteArrayView kPrefix("entvas_");
constexpr QByteArrayView kDigits("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
constexpr qsizetype kIdChars = 16;
constexpr qsizetype kOldIdChars = 12;  // of keys without a checksum
constexpr qsizetype kSecretChars = 43; // log2(62) * 43 = 256 bits
constexpr qsizetype kChecksumChars = 6;
constexpr qsizetype kMaxProjectChars = 64;

QByteArray randomDigits(qsizetype count, quint32 base)
{
    QByteArray digits(count, Qt::Uninitialized);
    for (char &digit : digits)
        digit = kDigits[QRandomGenerator::system()->bounded(base)];
    return digits;
}

QByteArray checksumOf(QByteArrayView text)
{
    uLong crc = crc32(0, reinterpret_cast<const Bytef *>(text.data()), uInt(text.size()));
    QByteArray digits(kChecksumChars, '0');
    for (qsizetype i = kChecksumChars; i-- > 0; crc /= uLong(kDigits.size()))
        digits[i] = kDigits[qsizetype(crc % uLong(kDigits.size()))];
    return digits;
}

bool isHex(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
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
    const QByteArray id = randomDigits(kIdChars, 16).toLower();
    made.key.id = QString::fromLatin1(id);
    made.key.project = project;
    made.key.role = role;
    made.key.name = name;
    made.key.createdAtMs = nowMs;
    made.key.expiresAtMs = expiresAtMs;
    made.text = kPrefix.toByteArray() + id + '_' + randomDigits(kSecretChars, quint32(kDigits.size()));
    made.text += checksumOf(made.text);
    made.key.digest = apiKeyDigest(made.text);
    return made;
}

bool isLikeApiKey(QByteArrayView presented)
{
    if (!presented.startsWith(kPrefix))
        return false;
    const QByteArrayView id =
        presented.sliced(kPrefix.size()).first(std::min(presented.size() - kPrefix.size(), kOldIdChars));
    return id.size() == kOldIdChars && isHex(id);
}

QString apiKeyId(QByteArrayView presented)
{
    if (!isLikeApiKey(presented))
        return {};
    const QByteArrayView rest = presented.sliced(kPrefix.size());
    if (rest.size() == kOldIdChars + 1 + kSecretChars && rest[kOldIdChars] == '_')
        return QString::fromLatin1(rest.first(kOldIdChars));
    if (rest.size() != kIdChars + 1 + kSecretChars + kChecksumChars || rest[kIdChars] != '_' ||
        !isHex(rest.first(kIdChars)) || checksumOf(presented.chopped(kChecksumChars)) != rest.last(kChecksumChars))
        return {};
    return QString::fromLatin1(rest.first(kIdChars));
}

QByteArray apiKeyDigest(QByteArrayView presented)
{
    return QCryptographicHash::hash(presented.toByteArray(), QCryptographicHash::Sha256).toHex();
}

bool isPlainText(QStringView text, qsizetype maxChars)
{
    return text.size() <= maxChars && text.isValidUtf16() &&
           std::none_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

} // namespace entvas
