#pragma once

#include "app/feed/restclient.h"
#include "app/session/sessionproblem.h"
#include "core/model/settings.h"

#include <memory>
#include <QObject>
#include <QUrl>

namespace entvas {

class Server;

// The desktop's own server. Finds out why one does not start. Lives in the UI thread; the server has threads of its
// own.
class LocalServer : public QObject
{
    Q_OBJECT
public:
    explicit LocalServer(QObject *parent = nullptr);
    ~LocalServer() override; // stops and waits

    // Ends in exactly one of ready() or failed(). Not while one runs; again after failed() or stopped().
    void start(const Settings &settings);
    // stopped() always follows, later and once, also when nothing runs.
    void stop();
    bool isRunning() const { return m_url.isValid(); }
    QUrl url() const { return m_url; }        // for clients on this machine; invalid while it does not run
    QString store() const { return m_store; } // "sqlite" or "postgresql"

Q_SIGNALS:
    void ready();
    void failed(const entvas::SessionProblem &problem);
    void stopped();

private:
    void onFailed(const Failure &failure);
    void askWhoIsThere(const SessionProblem &problem);
    void drop();

    Settings m_settings;
    Server *m_server = nullptr;
    QUrl m_url;
    QString m_store;
    RestClient m_client; // asks whether another Entvas has the port
};

} // namespace entvas
