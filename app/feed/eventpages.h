#pragma once

#include "app/feed/eventchoice.h"
#include "app/feed/restclient.h"
#include "core/base/jsonvalue.h"
#include "core/model/timerange.h"
#include "core/wire/wire.h"

#include <optional>
#include <QObject>
#include <QUrl>
#include <QUrlQuery>

namespace entvas {

struct EventPagesOptions {
    QUrl server;              // http(s)://host:port
    QString token;            // empty = none
    bool sameMachine = false; // the server is known to run here, whatever its address looks like
    int pageEvents = 200;
    QString project{};       // by id; empty = the server's default one
    bool allowsHttp = false; // a person trusts the way there without encryption
};

// An event as GET /events and /export/ndjson write it; its numbers keep their digits.
std::optional<wire::TailEvent> readEvent(const json::Value &json);

// The query of a request for raw events: span, choice and project.
QUrlQuery eventQuery(const EventPagesOptions &options, const TimeSpan &span, const EventChoice &choice);

// Stored raw events of a span, page by page, newest first: GET /events. One question at a time. Lives in the UI thread.
class EventPages : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMaxPageBytes = 16 * 1024 * 1024;
    static constexpr int kTimeoutMs = 35'000; // the server's own bound is 30 s

    explicit EventPages(EventPagesOptions options, QObject *parent = nullptr);

    // From the newest event of the span on; an earlier question is dropped.
    void ask(const TimeSpan &span, const EventChoice &choice = {});
    void askMore(); // the next page, if there is one and none is on its way
    void stop();
    void setToken(const QString &token) { m_options.token = token; } // of the next question on
    bool hasMore() const { return !m_cursor.isEmpty(); }
    bool isBusy() const { return m_client.isBusy(); }

Q_SIGNALS:
    void arrived(const QList<entvas::wire::TailEvent> &events);
    void failed(const QString &reason); // a sentence; asking again is possible

private:
    void send();
    void onAnswer(const RestAnswer &answer);

    EventPagesOptions m_options;
    RestClient m_client;
    TimeSpan m_span;
    EventChoice m_choice;
    QString m_cursor;
};

} // namespace entvas
