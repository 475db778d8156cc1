#pragma once

#include "app/account/jsonclient.h"
#include "app/account/oidc.h"
#include "app/account/vault.h"

#include <functional>
#include <optional>

namespace entvas {

// The service that a login is of: found by its discovery page, asked for fresh tokens, told of the end of a login.
// Lives in the UI thread.
class LoginService
{
public:
    // The client must outlive it.
    explicit LoginService(JsonClient &network) : m_network(network) {}

    // Known ones at once. Failures carry a sentence.
    void find(const SavedLogin &login, std::function<void(const oidc::Metadata &)> then,
              std::function<void(const QString &)> failed);
    void forget() { m_issuerUrl.clear(); } // found anew where it is needed
    void refresh(const oidc::Metadata &issuer, const SavedLogin &login, JsonClient::Done done);
    // Where the service takes it; `bearer` where there is no refresh token. What comes of it is only logged.
    void revoke(const SavedLogin &login, const QString &bearer);
    static QString statusText(const SavedLogin &login, const JsonAnswer &answer);

private:
    JsonClient &m_network;
    std::optional<oidc::Metadata> m_issuer; // of m_issuerUrl
    QString m_issuerUrl;
};

} // namespace entvas
