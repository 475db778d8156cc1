#pragma once

#include "app/feed/feed.h"

#include <QDateTime>

namespace entvas {

// A feed that says what the test tells it to.
class FakeFeed : public Feed
{
    Q_OBJECT
public:
    using Feed::Feed;
    void open() override { ++opened; }
    void close() override {}
    void retryNow() override { ++retried; }
    QUrl server() const override { return QUrl(QStringLiteral("http://127.0.0.1:8000")); }

    void live()
    {
        FeedState state;
        state.kind = FeedState::Kind::Live;
        state.latencyMs = 3;
        Q_EMIT stateChanged(state);
    }
    void lose(const QString &why)
    {
        FeedState state;
        state.kind = FeedState::Kind::Lost;
        state.reason = why;
        Q_EMIT stateChanged(state);
    }
    void say(const wire::ServerMessage &message_) { Q_EMIT message(message_); }
    void snapshot(const LiveCube &cube, qint64 nowMs, qint64 invalid = 0)
    {
        wire::Snapshot snapshot;
        snapshot.project = kDefaultProject;
        snapshot.serverTimeMs = nowMs;
        snapshot.totals = {cube.totalEvents(), invalid};
        snapshot.cube = cube.snapshot();
        say(snapshot);
    }

    int opened = 0;
    int retried = 0;
};

} // namespace entvas
