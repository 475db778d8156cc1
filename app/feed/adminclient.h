#pragma once

#include "app/feed/eventpages.h"
#include "core/base/result.h"

#include <functional>
#include <QJsonObject>
#include <QUrlQuery>

namespace entvas {

// The /admin routes of the server that a window shows. Lives in the UI thread; answers come in it, and none after its
// end.
class AdminClient : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMaxAnswerBytes = 16 * 1024 * 1024;
    static constexpr int kMaxRequests = 16; // on their way at once
    static constexpr int kTimeoutMs = 15'000;

    // Asked at each request: tokens change while one works. Once it has asked a server it asks no other one, so that
    // nothing is administered that was not meant.
    using Options = std::function<EventPagesOptions()>;
    explicit AdminClient(Options options, QObject *parent = nullptr);
    ~AdminClient() override;

    // The `data` of the answer. A failure has the server's own sentence; Fault::Unauthenticated for 401, Denied for
    // 403, NotFound for 404, BadInput for other 4xx, Unavailable when nothing came.
    using Answer = std::function<void(const Result<QJsonObject> &)>;
    void get(const QString &path, const QUrlQuery &query, const Answer &answer);
    void post(const QString &path, const QJsonObject &body, const Answer &answer);
    bool isBusy() const { return !m_replies.isEmpty(); }

private:
    Result<QNetworkRequest> request(const QString &path, const QUrlQuery &query);
    void send(const std::function<QNetworkReply *()> &start, const Answer &answer);
    Result<QJsonObject> read(QNetworkReply *reply) const;

    Options m_options;
    QUrl m_server; // the one that was asked first
    QNetworkAccessManager m_network;
    QList<QNetworkReply *> m_replies;
};

} // namespace entvas
