#pragma once

#include "app/account/account.h"

#include <QHash>
#include <QSet>

namespace entvas {

// The accounts at all servers of this run, one for each server, and which of the servers a person trusts without
// encryption. Lives in the UI thread.
class Accounts : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMost = 50;

    explicit Accounts(QObject *parent = nullptr);
    ~Accounts() override;

    void setBrowser(OpenBrowser openBrowser) { m_openBrowser = std::move(openBrowser); } // before the first of()
    void setPace(const Account::Pace &pace) { m_pace = pace; }
    std::shared_ptr<Account> of(const QUrl &server);
    Vault &vault() { return m_vault; }

    // Plain http to another machine: everybody on the way reads along.
    bool allowsHttp(const QUrl &server) const;
    void setAllowsHttp(const QUrl &server, bool allow, bool remember = true);

private:
    Vault m_vault;
    OpenBrowser m_openBrowser;
    Account::Pace m_pace;
    QHash<QUrl, std::shared_ptr<Account>> m_accounts;
    QSet<QString> m_plainOnce; // for this run
};

} // namespace entvas
