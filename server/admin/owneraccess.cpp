#include "server/admin/owneraccess.h"

#include "core/base/log.h"
#include "server/http/proxies.h"

#include <algorithm>
#include <QCoreApplication>
#include <QHostInfo>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kSubject = "cli:"_L1; // of no other reader

// As TcpGate::open() does.
QHostAddress addressOf(const QString &host)
{
    if (host.compare(u"localhost"_s, Qt::CaseInsensitive) == 0)
        return QHostAddress(QHostAddress::LocalHost);
    const QHostAddress address(host);
    if (!address.isNull())
        return address;
    const QList<QHostAddress> found = QHostInfo::fromName(host).addresses();
    return found.isEmpty() ? QHostAddress(QHostAddress::LocalHost) : found.first();
}

bool isAny(const QHostAddress &address)
{
    return address == QHostAddress(QHostAddress::AnyIPv4) || address == QHostAddress(QHostAddress::AnyIPv6) ||
           address == QHostAddress(QHostAddress::Any);
}

// What proxies and browsers add, and no command of ours sends.
bool cameThroughOthers(const HttpRequest &request)
{
    static const QByteArrayList names{
        "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "via", "origin"};
    return std::any_of(names.cbegin(), names.cend(),
                       [&](const QByteArray &name) { return !request.header(name).isEmpty(); });
}

OwnerRequest claimedRequest(const HttpRequest &request)
{
    OwnerRequest claimed{request.method, request.path, {}, request.body};
    for (const QueryParameters::One &parameter : request.query.all())
        claimed.parameters.append({parameter.name, parameter.value});
    return claimed;
}

} // namespace

std::unique_ptr<OwnerAccess> OwnerAccess::make(const Settings &settings, quint16 port, const QByteArray &certificate)
{
    if (settings.database.kind != DatabaseUrl::Kind::Sqlite)
        return {};
    const QHostAddress listening = addressOf(settings.host);
    const bool isIPv4 = listening.protocol() == QAbstractSocket::IPv4Protocol;
    const QHostAddress reached =
        isAny(listening) ? QHostAddress(isIPv4 ? QHostAddress::LocalHost : QHostAddress::LocalHostIPv6) : listening;
    OwnerFile file;
    file.url.setScheme(certificate.isEmpty() ? u"http"_s : u"https"_s);
    file.url.setHost(reached.toString());
    file.url.setPort(port);
    file.certificate = certificate;
    file.process = QCoreApplication::applicationPid();
    std::unique_ptr<OwnerAccess> access(
        new OwnerAccess(settings.database, isAny(listening) ? QHostAddress() : plainAddress(listening)));
    return access->write(file) ? std::move(access) : nullptr;
}

OwnerAccess::~OwnerAccess()
{
    removeOwnerFile(m_database, m_file.secret);
}

bool OwnerAccess::write(OwnerFile file)
{
    Result<OwnerFile> written = writeOwnerFile(m_database, std::move(file));
    if (!written) {
        log::warning("server",
                     u"commands can't reach this server: keys, projects and members are administered over HTTP only"_s,
                     {{u"reason"_s, written.failure().text}});
        return false;
    }
    m_file = *written;
    return true;
}

void OwnerAccess::setCertificate(const QByteArray &certificate)
{
    if (certificate == m_file.certificate)
        return;
    OwnerFile file = m_file;
    file.certificate = certificate;
    write(file);
}

bool OwnerAccess::isPresented(const HttpRequest &request)
{
    return isOwnerAuthorization(request.header("authorization"));
}

Result<Reader> OwnerAccess::check(const HttpRequest &request) const
{
    const QHostAddress peer = plainAddress(request.peer);
    if (cameThroughOthers(request) || !(peer.isLoopback() || (!m_own.isNull() && peer == m_own)))
        return {Fault::Denied, u"The proof of an owner is taken from this machine only, and through no proxy"_s};
    const std::optional<OwnerClaim> claim = readOwnerAuthorization(request.header("authorization"));
    if (!claim || !isProven(*claim, m_file.secret, claimedRequest(request)))
        return {Fault::Unauthenticated, u"This is not the proof of this server's owner"_s};
    return Reader{{}, KeyRole::Admin, kSubject + claim->user, {}, {}, 0};
}

void OwnerAccess::sign(const HttpRequest &request, HttpReply &reply) const
{
    // By then the body of the request may be gone; check() has seen it.
    if (!request.notes->by.startsWith(kSubject) || reply.pieces)
        return;
    if (const std::optional<OwnerClaim> claim = readOwnerAuthorization(request.header("authorization")))
        reply.headers.append({QByteArrayLiteral("Entvas-Owner"),
                              ownerAnswerProof(m_file.secret, claim->nonce, reply.status, reply.body)});
}

} // namespace entvas
