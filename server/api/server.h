#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

#include <chrono>
#include <memory>
#include <QObject>
#include <QUrl>

namespace entvas {

// The whole server behind one small door: gate, routes, WebSocket hub, writer and reader, in threads of their own.
// Made and used in the application's main thread; needs no GUI. The only server header that app may include.
class Server final : public QObject
{
    Q_OBJECT
public:
    explicit Server(Settings settings, QObject *parent = nullptr);
    ~Server() override; // stops and waits

    // Before start(): how often alive() shall come; 0 = never.
    void setPulse(std::chrono::milliseconds every);
    // Before start(): for all SQLite files of this process; 0 = as much as makes them fast.
    void setDatabaseMemory(qint64 bytes);
    // Ends in exactly one of ready() or failed().
    void start();
    // Reads certificate and key again, for connections that come from then on. What can't be used is logged, and the
    // old ones stay.
    void reloadCertificate();
    // Stops accepting, finishes and answers what was accepted, closes sockets with 1001; then stopped(), within 10 s.
    void stop();

Q_SIGNALS:
    // Requests are accepted at `url` (http://host:port, with TLS https); `store` is "sqlite" or "postgresql".
    void ready(const QUrl &url, const QString &store);
    void failed(const entvas::Failure &failure);
    void stopped();
    void reloaded(); // after reloadCertificate(), well or not
    // The server's thread goes round and the writer's runs: comes on their word only. `status` is for people.
    void alive(const QString &status);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
