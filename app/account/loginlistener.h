#pragma once

#include "app/account/loginpage.h"

#include <QObject>
#include <QPointer>
#include <QTcpServer>
#include <QTimer>
#include <QUrl>
#include <QUrlQuery>

class QTcpSocket;

namespace entvas {

// Where the browser comes back to: on 127.0.0.1 only, a free port, one path, one answer with the right state. Anything
// else gets a small error page and changes nothing. Lives in the UI thread.
class LoginListener : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostConnections = 16;
    static constexpr qsizetype kMostHeadBytes = 16 * 1024;
    static constexpr int kHeadMs = 5'000;
    static constexpr int kLastPageMs = 10'000; // to fetch the page at the end

    explicit LoginListener(const QString &state, QObject *parent = nullptr);
    ~LoginListener() override;

    bool listen();
    QUrl redirect() const; // http://127.0.0.1:PORT/callback
    // What the browser that waits sees at last; then it stops listening.
    void finish(const LoginPage &page);

Q_SIGNALS:
    void answered(const QUrlQuery &query); // once, with the right state
    void ended();                          // after finish(): the page was fetched, or was not asked for

private:
    void onConnection();
    void onBytes(QTcpSocket *socket);
    void answer(QTcpSocket *socket, const QByteArray &bytes);
    void refuse(QTcpSocket *socket, int status);
    void onRequest(QTcpSocket *socket, const QByteArray &method, const QByteArray &target, const QByteArray &host);

    QString m_state;
    QTcpServer m_server;
    QPointer<QTcpSocket> m_waiting; // for the end of the login
    QTimer m_lastPage;
    LoginPage m_page;
    bool m_isAnswered = false;
    bool m_isFinished = false;
};

} // namespace entvas
