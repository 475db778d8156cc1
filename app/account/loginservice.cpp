#include "app/account/loginservice.h"

#include "core/base/log.h"

#include <QCoreApplication>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {
struct ServiceWords {
    Q_DECLARE_TR_FUNCTIONS(entvas::Access)
};
} // namespace

QString LoginService::statusText(const SavedLogin &login, const JsonAnswer &answer)
{
    if (!answer.trouble.isEmpty())
        return answer.trouble;
    return ServiceWords::tr("%1 answered with status %2.")
        .arg(QUrl(login.issuer).host(), QString::number(answer.status));
}

void LoginService::find(const SavedLogin &login, std::function<void(const oidc::Metadata &)> then,
                        std::function<void(const QString &)> failed)
{
    if (m_issuer && m_issuerUrl == login.issuer)
        return then(*m_issuer);
    m_network.get(oidc::discoveryUrl(login.issuer), {}, [=, this](const JsonAnswer &answer) {
        if (answer.status != 200)
            return failed(statusText(login, answer));
        const Result<oidc::Metadata> metadata = oidc::readMetadata(answer.body, login.issuer);
        if (!metadata)
            return failed(metadata.failure().text);
        m_issuer = *metadata;
        m_issuerUrl = login.issuer;
        then(*metadata);
    });
}

void LoginService::refresh(const oidc::Metadata &issuer, const SavedLogin &login, JsonClient::Done done)
{
    m_network.post(issuer.token, oidc::refreshForm(login.clientId, login.refreshToken), std::move(done));
}

void LoginService::revoke(const SavedLogin &login, const QString &bearer)
{
    find(
        login,
        [this, login, bearer](const oidc::Metadata &issuer) {
            if (issuer.revoke.isEmpty())
                return;
            const bool hasRefresh = !login.refreshToken.isEmpty();
            m_network.post(issuer.revoke,
                           oidc::revokeForm(login.clientId, hasRefresh ? login.refreshToken : bearer, hasRefresh),
                           [](const JsonAnswer &answer) {
                               if (answer.status != 200)
                                   log::warning("account", u"the login service did not confirm the end of a login"_s,
                                                {{u"status"_s, answer.status}});
                           });
        },
        [](const QString &text) {
            log::warning("account", u"the login service could not be told of the end of a login"_s,
                         {{u"reason"_s, text}});
        });
}

} // namespace entvas
