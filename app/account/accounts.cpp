#include "app/account/accounts.h"

#include <QSettings>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {
const QString kPlainKey = u"accounts/plainHttp"_s;
} // namespace

Accounts::Accounts(QObject *parent) : QObject(parent) {}

Accounts::~Accounts()
{
    m_accounts.clear(); // before the vault
}

std::shared_ptr<Account> Accounts::of(const QUrl &server)
{
    if (const auto known = m_accounts.value(server))
        return known;
    if (m_accounts.size() >= kMost)
        m_accounts.removeIf([](const auto &entry) { return entry.value().use_count() == 1; });
    // Windows come and go; a holder may be the one that it is calling.
    std::shared_ptr<Account> account(new Account(server, m_vault, m_openBrowser, m_pace, this),
                                     [](Account *gone) { gone->deleteLater(); });
    account->allowHttp(allowsHttp(server));
    m_accounts.insert(server, account);
    return account;
}

bool Accounts::allowsHttp(const QUrl &server) const
{
    return m_plainOnce.contains(server.toString()) ||
           QSettings().value(kPlainKey).toStringList().contains(server.toString());
}

void Accounts::setAllowsHttp(const QUrl &server, bool allow, bool remember)
{
    const QString name = server.toString();
    if (remember || !allow) {
        QStringList servers = QSettings().value(kPlainKey).toStringList().mid(0, kMost);
        if (servers.removeAll(name) > 0 || allow) {
            if (allow)
                servers.prepend(name);
            QSettings().setValue(kPlainKey, servers.mid(0, kMost));
        }
    }
    if (allow && !remember && m_plainOnce.size() < kMost)
        m_plainOnce.insert(name);
    if (!allow)
        m_plainOnce.remove(name);
    if (const auto account = m_accounts.value(server))
        account->allowHttp(allow);
}

} // namespace entvas
