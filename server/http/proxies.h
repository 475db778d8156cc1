#pragma once

#include "core/base/result.h"

#include <optional>
#include <QByteArrayView>
#include <QHostAddress>
#include <QList>
#include <QStringList>

namespace entvas {

struct HttpRequest;

// An IPv4 address that came in an IPv6 one (::ffff:192.0.2.1) as what it is; any other one as it is, without a scope.
QHostAddress plainAddress(const QHostAddress &address);
// What counts as one peer where there is a share for each: an IPv4 address, or an IPv6 network of /64, which is one
// household's. Two have the same name if and only if they are the same.
QByteArray networkOf(const QHostAddress &address);

// The proxies whose word counts about who the client is (TRUSTED_PROXIES). A value; cheap when empty.
class Proxies
{
public:
    Proxies() = default;
    // Addresses and ranges (10.0.0.0/8, fd00::/8). Fault::Configuration names the entry that is neither, or that would
    // trust everybody.
    static Result<Proxies> parse(const QStringList &entries);

    bool isEmpty() const { return m_ranges.isEmpty(); }
    bool trusts(const QHostAddress &address) const;

    // Puts the real client into `request`, whose peer and isEncrypted are those of the connection: from
    // X-Forwarded-For the rightmost address that is no trusted proxy, from X-Forwarded-Proto whether the client's own
    // connection was encrypted. Only when the peer is trusted; what anybody else sends changes nothing. A trusted
    // proxy's header that can't be read is Fault::BadInput: the client is unknown then. Where it says "unknown", the
    // client is the proxy that says so.
    std::optional<Failure> apply(HttpRequest &request) const;

private:
    QList<std::pair<QHostAddress, int>> m_ranges;
};

} // namespace entvas
