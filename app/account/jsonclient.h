#pragma once

#include "app/feed/restclient.h"

#include <QJsonObject>

namespace entvas {

struct JsonAnswer {
    int status = 0;     // of HTTP; 0 = no answer came, or not to the end
    QJsonObject body;   // empty where there was no JSON
    QString trouble;    // a sentence; empty when an answer came, whatever its status
    bool isTls = false; // the trouble is the certificate
};

// Small questions with JSON answers: a server's and an issuer's. Over https only, or to this machine, or where `mayBe`
// says so; see RestClient for the rest. Lives in the UI thread.
class JsonClient : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMostBytes = 512 * 1024;
    static constexpr int kTimeoutMs = 15'000;
    static constexpr int kMostAtOnce = 8;
    using Done = std::function<void(const JsonAnswer &)>;

    explicit JsonClient(QObject *parent = nullptr);

    void allowHttp(bool allow) { m_allowsHttp = allow; }           // for a server that a person trusts so
    void get(const QUrl &url, const QString &bearer, Done done);   // an empty bearer sends none
    void post(const QUrl &url, const QByteArray &form, Done done); // application/x-www-form-urlencoded
    void stop() { m_client.stop(); }                               // nothing is answered any more

private:
    bool begin(const QUrl &url, const Done &done);
    static RestClient::Done reader(const QString &host, Done done);

    RestClient m_client;
    bool m_allowsHttp = false;
};

} // namespace entvas
