#pragma once

#include "app/board/boardframe.h"
#include "app/board/eventstream.h"
#include "app/board/feednumbers.h"
#include "app/board/framegate.h"
#include "app/board/seriescolors.h"
#include "app/feed/feed.h"
#include "core/base/clock.h"
#include "core/base/zone.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>

namespace entvas {

// The name by which a group of the main chart keeps its colour: values of different dimensions may be called the same.
QString colorName(const BoardFrame &frame, const CubeGroup &group);

// What the screen shows, without widgets: the numbers of a feed, what a person wants to see of them, the state of the
// connection. The choice is one value and one signal; every view follows framed(). Lives in the UI thread.
// More than 25 functions: half of them only give out a value, one for each that views and tests read.
class Board : public QObject
{
    Q_OBJECT
public:
    explicit Board(const Clock &clock, QObject *parent = nullptr);

    // Follows another feed, or none. What the last one told is forgotten.
    void setFeed(Feed *feed);

    // What is looked at. Every change draws at once; no server is asked.
    const BoardChoice &choice() const { return m_choice; }
    void choose(const BoardChoice &choice); // a view that is left can be gone back to
    void setRange(NamedRange range);
    void showSpan(const TimeSpan &span);
    void zoom(double factor, qint64 atMs); // see zoomed()
    void pan(double part);                 // see panned()
    void goLive();                         // the last range that followed the time
    bool canGoBack() const { return m_history.canGoBack(); }
    bool canGoForward() const { return m_history.canGoForward(); }
    void goBack();
    void goForward();
    void setComparison(Comparison comparison);
    void setGroupBy(const QString &dimension);
    void setFilter(const QMap<QString, ValueFilter> &filter);
    void setBuckets(int most); // that the chart has room for, about
    const QTimeZone &zone() const { return m_zone; }
    void setZone(const QTimeZone &zone);
    void setVisible(bool visible); // an unseen board keeps counting but does not draw

    const BoardFrame &frame() const { return m_frame; }
    const FeedState &state() const { return m_state; }
    bool hasData() const { return m_numbers.hasData(); }               // a snapshot has come
    const QString &storeName() const { return m_numbers.storeName(); } // "sqlite", "postgresql"; empty while unknown
    // What the server offers, and the id of the one that is shown; empty while unknown. A change is a stateChanged().
    const QList<wire::Project> &projects() const { return m_numbers.projects(); }
    const QString &project() const { return m_numbers.project(); }
    qint64 heardAtMs() const { return m_numbers.heardAtMs(); }     // own clock; 0 = never
    qint64 changedAtMs() const { return m_numbers.changedAtMs(); } // own clock, last change of a number; 0 = never
    qint64 serverNowMs() const { return m_clock.nowMs() + clockOffsetMs(); }
    // Server minus own, measured and corrected for; worth a word from ServerClock::kShownFromMs on.
    qint64 clockOffsetMs() const { return m_numbers.clockOffsetMs(); }
    qint64 nowMs() const { return m_clock.nowMs(); } // own clock
    EventStream &stream() { return m_stream; }
    const EventStream &stream() const { return m_stream; }
    const SeriesColors &colors() const { return m_colors; }
    const LiveCube &cube() const { return m_numbers.cube(); }
    const std::optional<LiveUsers> &users() const { return m_numbers.users(); }

Q_SIGNALS:
    void framed(const entvas::BoardFrame &frame);
    void stateChanged();
    void choiceChanged(const entvas::BoardChoice &choice);
    // Something about the numbers that has to be said: they went back, for example. Plain text.
    void noticed(const QString &headline, const QString &text);

private:
    void begin();
    void draw();
    void showColors();
    void move(const TimeView &view);
    TimeContext context() const;
    void tickAtNextSecond();

    const Clock &m_clock;
    QPointer<Feed> m_feed;
    FeedNumbers m_numbers;
    BoardChoice m_choice;
    ViewHistory m_history;
    TimeView m_lastLive; // the last view that followed the time
    QElapsedTimer m_sinceMove;
    int m_buckets = 120;
    QTimeZone m_zone = systemZone().zone;
    QByteArray m_unreadZone = systemZone().unread; // until it was said
    FeedState m_state;
    BoardFrame m_frame;
    FrameGate m_gate;
    QTimer m_second;
    SeriesColors m_colors;
    EventStream m_stream;
};

} // namespace entvas
