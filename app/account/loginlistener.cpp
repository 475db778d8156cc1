#include "app/account/loginlistener.h"

#include <QTcpSocket>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

const QByteArray kPath = "/callback";
const QByteArray kDonePath = "/done";

// Takes as long for any guess of the right length.
bool isSame(const QByteArray &a, const QByteArray &b)
{
    if (a.size() != b.size())
        return false;
    unsigned different = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        different |= unsigned(uchar(a[i])) ^ unsigned(uchar(b[i]));
    return different == 0;
}

QByteArray hostOf(const QByteArray &head)
{
    QByteArray host;
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray &line : lines.mid(1))
        if (const qsizetype colon = line.indexOf(':'); line.left(colon).trimmed().toLower() == "host") {
            if (!host.isEmpty())
                return {}; // twice
            host = line.mid(colon + 1).trimmed();
        }
    return host;
}

} // namespace

LoginListener::LoginListener(const QString &state, QObject *parent) : QObject(parent), m_state(state), m_server(this)
{
    m_lastPage.setSingleShot(true);
    m_lastPage.setInterval(kLastPageMs);
    connect(&m_lastPage, &QTimer::timeout, this, [this] {
        m_server.close();
        Q_EMIT ended();
    });
    m_server.setMaxPendingConnections(kMostConnections);
    connect(&m_server, &QTcpServer::newConnection, this, &LoginListener::onConnection);
}

LoginListener::~LoginListener() = default;

bool LoginListener::listen()
{
    return m_server.listen(QHostAddress::LocalHost);
}

QUrl LoginListener::redirect() const
{
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(m_server.serverPort());
    url.setPath(QString::fromLatin1(kPath));
    return url;
}

void LoginListener::finish(const LoginPage &page)
{
    m_page = page;
    m_isFinished = true;
    if (!m_waiting) {
        m_server.close();
        Q_EMIT ended();
        return;
    }
    answer(m_waiting, loginRedirect(kDonePath));
    m_lastPage.start();
}

void LoginListener::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        if (m_server.findChildren<QTcpSocket *>().size() > kMostConnections) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        socket->setReadBufferSize(kMostHeadBytes + 1);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onBytes(socket); });
        QTimer::singleShot(kHeadMs, socket, [this, socket] {
            if (socket != m_waiting)
                socket->abort();
        });
    }
}

void LoginListener::onBytes(QTcpSocket *socket)
{
    const QByteArray head = socket->peek(kMostHeadBytes + 1);
    const qsizetype end = head.indexOf("\r\n\r\n");
    if (end < 0) {
        if (head.size() > kMostHeadBytes)
            refuse(socket, 400);
        return;
    }
    socket->disconnect(this); // one request each
    const QByteArray line = head.left(head.indexOf("\r\n"));
    const QList<QByteArray> words = line.split(' ');
    if (words.size() != 3 || !words[2].startsWith("HTTP/1."))
        return refuse(socket, 400);
    onRequest(socket, words[0], words[1], hostOf(head.left(end)));
}

void LoginListener::onRequest(QTcpSocket *socket, const QByteArray &method, const QByteArray &target,
                              const QByteArray &host)
{
    const qsizetype mark = target.indexOf('?');
    const QByteArray path = mark < 0 ? target : target.left(mark);
    // Under another name it is a page of the web that calls (DNS rebinding).
    if (host != "127.0.0.1:" + QByteArray::number(m_server.serverPort()))
        return refuse(socket, 400);
    if (path != kPath && !(m_isFinished && path == kDonePath))
        return refuse(socket, 404);
    if (method != "GET")
        return refuse(socket, 405);
    if (path == kDonePath) {
        answer(socket, loginAnswer(m_page, 200));
        connect(socket, &QTcpSocket::disconnected, this, &LoginListener::ended);
        m_server.close();
        return;
    }
    QByteArray text = mark < 0 ? QByteArray() : target.mid(mark + 1);
    const QUrlQuery query(QString::fromLatin1(text.replace('+', "%20")));
    const QStringList states = query.allQueryItemValues(u"state"_s, QUrl::FullyDecoded);
    if (states.size() != 1 || !isSame(states.first().toUtf8(), m_state.toUtf8()))
        return refuse(socket, 400);
    if (m_isAnswered)
        return refuse(socket, 410);
    m_isAnswered = true;
    m_waiting = socket;
    Q_EMIT answered(query);
}

void LoginListener::answer(QTcpSocket *socket, const QByteArray &bytes)
{
    if (socket == m_waiting)
        m_waiting = nullptr;
    socket->write(bytes);
    socket->disconnectFromHost(); // once it is sent
}

void LoginListener::refuse(QTcpSocket *socket, int status)
{
    socket->disconnect(this);
    LoginPage page;
    page.headline = status == 410 ? tr("This login has been used already") : tr("This is not the login");
    page.text = status == 410 ? tr("Go back to Entvas. If it does not show your account, log in again there.")
                              : tr("Entvas is waiting for a different login. You can close this page.");
    answer(socket, loginAnswer(page, status));
}

} // namespace entvas
