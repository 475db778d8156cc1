#pragma once

#include "core/base/result.h"

#include <functional>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QUrl>

namespace entvas {

struct RestAnswer {
    int status = 0;      // of HTTP; 0 = nothing came
    QByteArray body;     // empty where it was longer than may be
    qint64 received = 0; // bytes of the body
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    bool isTooLong = false;
    QString tlsTrouble; // a sentence; empty where it is not the certificate

    bool isWhole() const { return error == QNetworkReply::NoError && !isTooLong; }
    QString message() const; // the server's own sentence; empty = none
};
// Why an answer is not the one that was wanted: the server's own sentence, or what is known about it.
QString reasonOf(const RestAnswer &answer, const QString &host);

// Asks over HTTP as every client of ours does: bounded in bytes, in time and in how many questions are on their way; no
// redirects (a token must not follow one), no cookies, nothing kept. Lives in the UI thread; answers come in it, and
// none after its end.
class RestClient : public QObject
{
    Q_OBJECT
public:
    enum class Proxy { None, System };
    struct Limits {
        qint64 mostBytes = 16 * 1024 * 1024; // of one answer
        int timeoutMs = 15'000;              // without a sign of life
        int wholeMs = 0;                     // for all of it; 0 = as long as it takes
        int mostAtOnce = 1;
    };
    using Done = std::function<void(const RestAnswer &)>;

    explicit RestClient(const Limits &limits, Proxy proxy = Proxy::None, QObject *parent = nullptr);
    ~RestClient() override;

    // Whether a server may be asked at all: over https, on this machine, or where a person allows plain http.
    static Result<void> mayAsk(const QUrl &server, bool sameMachine, bool allowsHttp);
    bool isBusy() const { return !m_replies.isEmpty(); }
    bool isFull() const { return m_replies.size() >= m_limits.mostAtOnce; }

    // An empty token sends none. The caller sees to isFull().
    void get(const QUrl &url, const QString &token, Done done);
    void post(const QUrl &url, const QString &token, const QString &contentType, const QByteArray &body, Done done);
    void stop(); // nothing is answered any more
    // A long answer, read piece by piece by the caller, who owns the reply; at most so many bytes wait in it.
    QNetworkReply *open(const QUrl &url, const QString &token, qint64 bufferBytes);

private:
    QNetworkRequest request(const QUrl &url, const QString &token) const;
    void follow(QNetworkReply *reply, Done done);
    RestAnswer read(QNetworkReply *reply) const;

    Limits m_limits;
    QNetworkAccessManager m_network;
    QList<QPointer<QNetworkReply>> m_replies;
};

} // namespace entvas
