#include "server/http/proxies.h"

#include "server/http/message.h"

#include <algorithm>
#include <QRegularExpression>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// Qt also reads 127.1 and 0x7f000001, which two programs can take for different addresses.
std::optional<QHostAddress> addressFrom(const QByteArray &text)
{
    static const QRegularExpression quads(u"^[0-9]{1,3}(?:\\.[0-9]{1,3}){3}\\z"_s);
    static const QRegularExpression six(u"^[0-9A-Fa-f:.]{2,45}\\z"_s);
    const QString written = QString::fromLatin1(text);
    const bool isSix = text.contains(':');
    if (!(isSix ? six : quads).match(written).hasMatch())
        return {};
    const QHostAddress address(written);
    return address.isNull() ? std::nullopt : std::optional(plainAddress(address));
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]" and "[2001:db8::1]:4711".
std::optional<QHostAddress> clientFrom(QByteArray text)
{
    if (text.startsWith('[')) {
        const qsizetype end = text.indexOf(']');
        if (end < 0 || (end + 1 < text.size() && text[end + 1] != ':'))
            return {};
        return addressFrom(text.sliced(1, end - 1));
    }
    if (text.count(':') == 1)
        text.truncate(text.indexOf(':'));
    return addressFrom(text);
}

// The values of all headers of a name, one behind the other: they are one list.
QByteArrayList listOf(const HttpRequest &request, QByteArrayView name)
{
    QByteArrayList values;
    for (const auto &[key, value] : request.headers)
        if (key == name)
            for (const QByteArray &one : value.split(','))
                values.append(one.trimmed());
    return values;
}

Failure unreadable(const char *header)
{
    return {Fault::BadInput,
            u"The proxy's %1 can't be read: nobody knows whose request this is"_s.arg(QLatin1StringView(header))};
}

} // namespace

QHostAddress plainAddress(const QHostAddress &address)
{
    bool isIpv4 = false;
    const quint32 four = address.toIPv4Address(&isIpv4);
    if (isIpv4 && address.protocol() == QAbstractSocket::IPv6Protocol)
        return QHostAddress(four);
    QHostAddress plain = address;
    plain.setScopeId({});
    return plain;
}

QByteArray networkOf(const QHostAddress &address)
{
    constexpr int kIpv6NetworkBytes = 8;
    const QHostAddress plain = plainAddress(address);
    if (plain.protocol() != QAbstractSocket::IPv6Protocol)
        return plain.toString().toLatin1();
    const Q_IPV6ADDR bytes = plain.toIPv6Address();
    // As no IPv4 address is written.
    return ':' + QByteArray(reinterpret_cast<const char *>(bytes.c), kIpv6NetworkBytes);
}

Result<Proxies> Proxies::parse(const QStringList &entries)
{
    Proxies proxies;
    for (const QString &entry : entries) {
        const QStringList parts = entry.split(u'/');
        const auto address = addressFrom(parts.first().toLatin1());
        const int most = address && address->protocol() == QAbstractSocket::IPv6Protocol ? 128 : 32;
        bool isNumber = true;
        const int bits = parts.size() == 1 ? most : parts.at(1).toInt(&isNumber);
        if (!address || parts.size() > 2 || !isNumber || bits < 0 || bits > most)
            return {Fault::Configuration,
                    u"trusted-proxies (TRUSTED_PROXIES): \"%1\" is no address and no range such as 10.0.0.0/8"_s.arg(
                        entry.left(64))};
        if (bits == 0)
            return {
                Fault::Configuration,
                u"trusted-proxies (TRUSTED_PROXIES): \"%1\" would trust everybody; name the proxies only"_s.arg(entry)};
        proxies.m_ranges.append({*address, bits});
    }
    return proxies;
}

bool Proxies::trusts(const QHostAddress &address) const
{
    const QHostAddress plain = plainAddress(address);
    return std::any_of(m_ranges.cbegin(), m_ranges.cend(), [&](const auto &range) {
        return plain.protocol() == range.first.protocol() && plain.isInSubnet(range.first, range.second);
    });
}

std::optional<Failure> Proxies::apply(HttpRequest &request) const
{
    if (isEmpty() || !trusts(request.peer))
        return {};
    const QByteArrayList chain = listOf(request, "x-forwarded-for");
    QHostAddress client = request.peer;
    // "unknown" is the word of a proxy that does not know, or may not say, for whom it asks.
    for (auto it = chain.crbegin(); it != chain.crend() && trusts(client) && it->toLower() != "unknown"; ++it) {
        const auto address = clientFrom(*it);
        if (!address)
            return unreadable("X-Forwarded-For");
        client = *address;
    }
    const QByteArrayList schemes = listOf(request, "x-forwarded-proto");
    bool isEncrypted = request.isEncrypted;
    for (qsizetype i = 0; i < schemes.size(); ++i) {
        const QByteArray scheme = schemes[i].toLower();
        const bool isSecure = scheme == "https" || scheme == "wss";
        if (!isSecure && scheme != "http" && scheme != "ws")
            return unreadable("X-Forwarded-Proto");
        isEncrypted = isSecure && (i == 0 || isEncrypted); // every stretch of the way
    }
    request.peer = client;
    request.isEncrypted = isEncrypted;
    return {};
}

} // namespace entvas
