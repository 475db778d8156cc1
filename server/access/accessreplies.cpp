#include "server/access/accessreplies.h"

#include "core/base/isotime.h"
#include "server/access/apikeys.h"
#include "server/access/reader.h"
#include "server/http/reply.h"

#include <algorithm>
#include <QJsonArray>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// What offline_access brings is a refresh token: a dashboard stays open for weeks.
const auto kScope = u"openid profile email offline_access"_s;

// Within quotes of a header: no quotes, no backslash, nothing beyond ASCII (RFC 6750, 3).
QByteArray description(const QString &text)
{
    QByteArray plain = text.toLatin1();
    std::replace_if(
        plain.begin(), plain.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    plain.replace('\\', '/');
    return plain.replace('"', '\'');
}

HttpReply dataReply(const QJsonObject &data)
{
    return jsonReply(200, {{u"success"_s, true}, {u"data"_s, data}});
}

} // namespace

HttpReply deniedReply(const HttpRequest &request, const Failure &failure)
{
    return deniedReply(bearerToken(request), failure);
}

HttpReply deniedReply(QByteArrayView presented, const Failure &failure)
{
    HttpReply reply = failureReply(failure);
    const bool isDenied = failure.kind == Fault::Denied;
    const bool hasToken = !presented.isEmpty();
    if (failure.kind != Fault::Unauthenticated && !(isDenied && hasToken))
        return reply;
    QByteArray challenge = "Bearer realm=\"entvas\"";
    if (hasToken)
        challenge += QByteArray(isDenied ? ", error=\"insufficient_scope\"" : ", error=\"invalid_token\"") +
                     ", error_description=\"" + description(failure.text) + '"';
    reply.headers.append({QByteArrayLiteral("WWW-Authenticate"), challenge});
    return reply;
}

HttpReply meReply(const Reader &reader)
{
    QJsonObject data{{u"subject"_s, reader.subject},
                     {u"name"_s, reader.name},
                     {u"role"_s, roleName(reader.isAdmin() ? KeyRole::Admin : KeyRole::Viewer)},
                     {u"projects"_s, reader.projects ? QJsonValue(QJsonArray::fromStringList(*reader.projects))
                                                     : QJsonValue(QJsonValue::Null)},
                     {u"expiresAt"_s, reader.expiresAtMs != 0
                                          ? QJsonValue(QString::fromLatin1(isoFromMs(reader.expiresAtMs)))
                                          : QJsonValue(QJsonValue::Null)}};
    if (reader.role != KeyRole::Admin && reader.isAdmin()) // not of all that it sees
        data.insert(u"administers"_s, QJsonArray::fromStringList(reader.administers));
    return dataReply(data);
}

HttpReply authConfigReply(const Settings &settings, bool isProofNeeded)
{
    QJsonObject data{{u"required"_s, isProofNeeded}, {u"scope"_s, kScope}};
    if (!settings.issuer.isEmpty()) {
        data.insert(u"issuer"_s, settings.issuer);
        data.insert(u"audience"_s, settings.audience);
    }
    if (!settings.clientId.isEmpty())
        data.insert(u"clientId"_s, settings.clientId);
    return dataReply(data);
}

} // namespace entvas
