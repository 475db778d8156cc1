#include "core/base/clock.h"
#include "core/base/uuid7.h"
#include "server/live/liveproject.h"

#include <QRandomGenerator>
#include <QTest>
#include <QWebSocket>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'767'268'800'000;
const QStringList kDimensions{u"eventType"_s, u"page"_s};

CommittedJob jobOf(const QList<SeriesKey> &keys, qint64 receivedAtMs, qint64 rejected = 0)
{
    static Uuid7Generator ids;
    CommittedJob job;
    job.job.project = u"p"_s;
    job.job.rejected = rejected;
    job.job.rejectedAtMs = receivedAtMs;
    for (const SeriesKey &key : keys) {
        Event event;
        event.id = ids.next(receivedAtMs);
        event.eventType = key.first();
        event.userId = key.last();
        event.receivedAtMs = receivedAtMs;
        event.series = key;
        job.job.events.append(event);
        job.outcomes.append({AppendOutcome::Status::Accepted, event.id, receivedAtMs});
    }
    return job;
}

wire::ServerMessage decoded(const OutMessagePtr &message)
{
    return wire::decodeServer(message->bytes(wire::Format::Cbor), wire::Format::Cbor).value();
}

// What a client makes of the messages it gets.
struct Client {
    LiveCube cube{kDimensions};
    LiveUsers users;
    wire::Totals totals;
    qint64 seq = 0;
    void take(const QList<OutMessagePtr> &messages)
    {
        for (const OutMessagePtr &message : messages) {
            const wire::ServerMessage read = decoded(message);
            if (const auto *snapshot = std::get_if<wire::Snapshot>(&read)) {
                QVERIFY(cube.apply(snapshot->cube).ok());
                QVERIFY(users.apply(snapshot->users.value()).ok());
                totals = snapshot->totals;
                seq = snapshot->seq;
            } else if (const auto *delta = std::get_if<wire::Delta>(&read)) {
                QCOMPARE(delta->seq, seq + 1);
                QVERIFY(cube.apply(delta->newSeries, delta->cells).ok());
                QVERIFY(users.apply(delta->users).ok());
                totals = delta->totals;
                seq = delta->seq;
            }
        }
    }
};

QMap<QString, qint64> countsOf(const LiveCube &cube)
{
    QMap<QString, qint64> counts;
    const CubeSnapshot snapshot = cube.snapshot();
    for (const TierColumns &tier : snapshot.tiers)
        for (qsizetype i = 0; i < tier.bucket.size(); ++i)
            counts[u"%1 %2 %3"_s.arg(tier.stepMs)
                       .arg(tier.fromMs + tier.bucket[i] * tier.stepMs)
                       .arg(snapshot.series[tier.series[i]].join(u'/'))] += tier.count[i];
    return counts;
}

} // namespace

class LiveProjectTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void deltasAddUpToTheSnapshot();
    void nothingChangedIsNoStep();
    void duplicatesAreNotCounted();
    void rejectedAloneIsAChange();
    void rejectedAreKeptByMinute();
    void resumesOnlyFromWhatIsKnown();
    void ringIsBounded();
    void snapshotIsReusedWithTheDeltasAfterIt();
    void mergedSeriesAskForAFreshPicture();
    void eventsFromAheadLeaveThePresentInPlace();
    void seriesOnTheirWayCountTowardsTheCap();
    void usersKnownAreNotToldAgain();
    void usersTakeRoomInTheRing();
    void manyNewUsersAskForAFreshPicture();
    void secondsReadLaterJoin();
};

void LiveProjectTest::deltasAddUpToTheSnapshot()
{
    QRandomGenerator random(42);
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    Client early;
    early.take(project.snapshot(kNow));
    Client resuming;
    resuming.take(project.snapshot(kNow));
    qint64 now = kNow;
    qint64 sent = 0;
    for (int round = 0; round < 300; ++round) {
        now += random.bounded(3'000);
        for (int batch = random.bounded(4); batch > 0; --batch) {
            QList<SeriesKey> keys;
            for (int i = random.bounded(20); i > 0; --i)
                keys.append({u"t%1"_s.arg(random.bounded(8)), u"p%1"_s.arg(random.bounded(30))});
            sent += keys.size();
            project.add(jobOf(keys, now, random.bounded(3)));
        }
        if (!project.hasChanges())
            continue;
        early.take({project.step()});
        if (random.bounded(10) == 0) {
            const auto missed = project.since({u"e"_s, resuming.seq});
            QVERIFY(missed.has_value());
            resuming.take(*missed);
        }
    }
    resuming.take(project.since({u"e"_s, resuming.seq}).value());
    Client late;
    late.take(project.snapshot(now));
    QCOMPARE(project.cube().totalEvents(), sent);
    for (const Client *client : {&early, &late, &resuming}) {
        QCOMPARE(countsOf(client->cube), countsOf(project.cube()));
        QVERIFY(client->users == project.users());
        QCOMPARE(client->users.in({kNow, now + 1'000})->count, 30);
        QCOMPARE(client->totals, project.totals());
        QCOMPARE(client->seq, project.seq());
    }
}

void LiveProjectTest::usersKnownAreNotToldAgain()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    const auto added = [&](const QList<SeriesKey> &keys, qint64 ms) {
        project.add(jobOf(keys, ms));
        return std::get<wire::Delta>(decoded(project.step())).users;
    };
    const auto both = added({{u"a"_s, u"u1"_s}, {u"a"_s, u"u2"_s}, {u"b"_s, u"u1"_s}}, kNow);
    QCOMPARE(both.size(), 1);
    QCOMPARE(both[0].epochSecond, kNow / 1000);
    QCOMPARE(both[0].hashes.size(), 2 * kUserHashBytes);
    QVERIFY(added({{u"a"_s, u"u1"_s}}, kNow + 999).isEmpty());
    QCOMPARE(added({{u"a"_s, u"u1"_s}}, kNow + 1'000).size(), 1); // the next second
    CommittedJob twice = jobOf({{u"a"_s, u"u9"_s}}, kNow);
    twice.outcomes[0].status = AppendOutcome::Status::Duplicate;
    project.add(twice);
    QCOMPARE(project.users().in({kNow, kNow + 1'000})->count, 2);
}

void LiveProjectTest::usersTakeRoomInTheRing()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    QList<SeriesKey> keys(1, {u"a"_s, QString()});
    const double before = project.stats().ringCells.used;
    for (int i = 0; i < 100; ++i) {
        keys[0][1] = QString::number(i % 4);
        project.add(jobOf(keys, kNow + i / 50 * 1'000));
    }
    project.step();
    QCOMPARE(project.stats().ringCells.used - before, 4 + 8 + 8); // series, cells, users
    QVERIFY(project.stats().users.used > 0);
    QVERIFY(project.stats().users.used < project.stats().users.most);
}

void LiveProjectTest::manyNewUsersAskForAFreshPicture()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    CommittedJob job = jobOf({{u"a"_s, u"b"_s}}, kNow);
    const auto see = [&](qsizetype users) {
        for (qsizetype i = 0; i < users; ++i) {
            job.job.events[0].userId = QString::number(i);
            job.job.events[0].receivedAtMs = kNow + i / 1'000 * 1'000; // a thousand are kept apart
            project.add(job);
        }
    };
    see(wire::kMaxDeltaUsers);
    QVERIFY(project.step());
    see(wire::kMaxDeltaUsers / 2);
    QVERIFY(project.step()); // known, and not sent again
    job.job.events[0].receivedAtMs = kNow;
    LiveProject another({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    std::swap(project, another);
    see(wire::kMaxDeltaUsers + 1);
    QVERIFY(!project.step());
    Client client;
    client.take(project.snapshot(kNow));
    QCOMPARE(client.users.in({0, kNow * 2})->count, project.users().in({0, kNow * 2})->count);
    see(1);
    project.step();
    QVERIFY(client.seq > 0);
}

void LiveProjectTest::secondsReadLaterJoin()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    WarmState warm{LiveCube(kDimensions), {}, 0, {}};
    warm.users.add(kNow / 1000 - 100, userHash(u"u1"_s));
    warm.users.setKnownFrom(0, kNow);
    project.warm(warm);
    Client client;
    client.take(project.snapshot(kNow));
    const TimeSpan span{kNow - 99'000, kNow + 1'000};
    QVERIFY(project.users().in(span)->isRounded);
    project.add(jobOf({{u"a"_s, u"u2"_s}}, kNow));
    RecentSeconds seconds;
    seconds.fromMs = kNow - 500'000;
    seconds.counts.insert({kNow / 1000 - 100, {u"a"_s, u"u1"_s}}, 1);
    seconds.users[kNow / 1000 - 100].add(userHash(u"u1"_s));
    project.addSeconds(seconds);
    QCOMPARE(project.users().in(span)->count, 1);
    QVERIFY(!project.users().in(span)->isRounded);
    QVERIFY(!project.step()); // all get a fresh snapshot
    client.take(project.snapshot(kNow));
    QVERIFY(client.users == project.users());
}

void LiveProjectTest::nothingChangedIsNoStep()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    QVERIFY(!project.hasChanges());
    project.add(jobOf({}, kNow));
    QVERIFY(!project.hasChanges());
    project.add(jobOf({{u"a"_s, u"b"_s}}, kNow));
    QVERIFY(project.hasChanges());
    project.step();
    QVERIFY(!project.hasChanges());
}

void LiveProjectTest::duplicatesAreNotCounted()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    CommittedJob job = jobOf({{u"a"_s, u"b"_s}, {u"c"_s, u"d"_s}}, kNow);
    job.outcomes[0].status = AppendOutcome::Status::Duplicate;
    project.add(job);
    QCOMPARE(project.cube().series(), (QList<SeriesKey>{{u"c"_s, u"d"_s}}));
    QCOMPARE(project.totals().events, 1);
}

void LiveProjectTest::rejectedAloneIsAChange()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    project.add(jobOf({}, kNow, 3));
    QVERIFY(project.hasChanges());
    const auto delta = std::get<wire::Delta>(decoded(project.step()));
    QVERIFY(delta.cells.isEmpty());
    QCOMPARE(delta.totals, (wire::Totals{0, 3}));
}

void LiveProjectTest::rejectedAreKeptByMinute()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    project.add(jobOf({}, kNow + 59'999, 2));
    project.add(jobOf({}, kNow + 60'000, 5));
    QCOMPARE(project.rejectedIn({kNow, kNow + 60'000}), 2);
    QCOMPARE(project.rejectedIn({kNow, kNow + 120'000}), 7);
    const auto delta = std::get<wire::Delta>(decoded(project.step()));
    QCOMPARE(delta.rejections,
             (QList<RejectedCount>{{kNow / 60'000 * 60'000, 2}, {kNow / 60'000 * 60'000 + 60'000, 5}}));
    project.trim(kNow + 9 * 86'400'000LL); // by quarter hours now
    QCOMPARE(project.rejectedIn({0, kNow + 120'000}), 7);
    const auto snapshot = std::get<wire::Snapshot>(decoded(project.snapshot(kNow + 9 * 86'400'000LL).first()));
    QCOMPARE(snapshot.rejections.value(), (QList<RejectedCount>{{kNow / 900'000 * 900'000, 7}}));
    project.trim(kNow + 93 * 86'400'000LL); // by days
    QCOMPARE(project.rejectedIn({kNow / 86'400'000 * 86'400'000, kNow + 120'000}), 7);
    QCOMPARE(project.rejectedIn({kNow / 86'400'000 * 86'400'000 + 1, kNow + 120'000}), 0);
    QCOMPARE(project.totals().invalid, 7); // of all time
}

void LiveProjectTest::resumesOnlyFromWhatIsKnown()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    for (int i = 0; i < 3; ++i) {
        project.add(jobOf({{u"a"_s, u"b"_s}}, kNow + i));
        project.step();
    }
    QCOMPARE(project.since({u"e"_s, 0}).value().size(), 3);
    QCOMPARE(project.since({u"e"_s, 3}).value().size(), 0);
    QVERIFY(!project.since({u"other"_s, 3}));
    QVERIFY(!project.since({u"e"_s, 4}));
    QVERIFY(!project.since({u"e"_s, -1}));
    QVERIFY(!project.since({u"e"_s, std::numeric_limits<qint64>::min()}));
}

void LiveProjectTest::ringIsBounded()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    const int steps = int(LiveProject::kRingDeltas) + 10;
    for (int i = 0; i < steps; ++i) {
        project.add(jobOf({{u"a"_s, u"b"_s}}, kNow + i));
        project.step();
    }
    QVERIFY(!project.since({u"e"_s, 9}));
    QCOMPARE(project.since({u"e"_s, 10}).value().size(), qsizetype(LiveProject::kRingDeltas));

    // A step of more cells than a delta may hold is sent as a snapshot; nothing is left to resume from.
    CommittedJob flood = jobOf({}, kNow);
    for (int i = 0; i <= int(LiveProject::kRingCells); ++i) {
        Event event;
        event.receivedAtMs = kNow + 1'000LL * i;
        event.series = {u"a"_s, u"b"_s};
        flood.job.events.append(event);
        flood.outcomes.append(AppendOutcome{});
    }
    project.add(flood);
    const qint64 before = project.seq();
    QVERIFY(!project.step());
    QVERIFY(!project.since({u"e"_s, before}));
    QVERIFY(project.since({u"e"_s, project.seq()}));
}

void LiveProjectTest::snapshotIsReusedWithTheDeltasAfterIt()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    project.add(jobOf({{u"a"_s, u"b"_s}}, kNow));
    project.step();
    const auto first = project.snapshot(kNow);
    project.add(jobOf({{u"a"_s, u"c"_s}}, kNow));
    project.step();
    const auto second = project.snapshot(kNow + LiveProject::kSnapshotReuseMs);
    QCOMPARE(second.size(), 2);
    QCOMPARE(second.first().get(), first.first().get());
    Client client;
    client.take(second);
    QCOMPARE(countsOf(client.cube), countsOf(project.cube()));
    const auto third = project.snapshot(kNow + LiveProject::kSnapshotReuseMs + 1);
    QCOMPARE(third.size(), 1);
    QVERIFY(third.first().get() != first.first().get());
}

void LiveProjectTest::mergedSeriesAskForAFreshPicture()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    QList<SeriesKey> keys;
    for (int i = 0; i < LiveCube::kMaxSeries + 500; ++i)
        keys.append({u"t"_s, u"p%1"_s.arg(i)});
    project.add(jobOf(keys, kNow));
    QVERIFY(project.step());
    const qint64 seq = project.seq();
    project.add(jobOf({{u"t"_s, u"p1"_s}}, kNow)); // pending when the numbers change
    project.trim(kNow + LiveCube::kFoldEveryMs);
    QVERIFY(project.hasChanges());
    QVERIFY(!project.step());
    QVERIFY(!project.since({u"e"_s, seq}));
    Client client;
    client.take(project.snapshot(kNow));
    QCOMPARE(countsOf(client.cube), countsOf(project.cube()));
    project.add(jobOf({{u"t"_s, u"p1"_s}, {u"t"_s, u"brand new"_s}}, kNow));
    client.take({project.step()});
    QCOMPARE(countsOf(client.cube), countsOf(project.cube()));
    QCOMPARE(client.totals.events, qint64(keys.size()) + 3);
}

// Of a clock that leapt, or of another server's that is wrong.
void LiveProjectTest::eventsFromAheadLeaveThePresentInPlace()
{
    constexpr qint64 kDay = 86'400'000;
    const SeriesKey key{u"t"_s, u"p1"_s};
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    Client client;
    project.trim(kNow);
    project.add(jobOf({key}, kNow));
    client.take(project.snapshot(kNow));
    for (const qint64 ahead : {9 * kDay, 2 * kDay}) {
        project.add(jobOf({key}, kNow + ahead));
        QVERIFY(!project.step()); // a delta would not say which tiers it is for
        client.take(project.snapshot(kNow + LiveProject::kSnapshotReuseMs + ahead));
        QCOMPARE(countsOf(client.cube), countsOf(project.cube()));
    }
    QVERIFY(project.cube().row(Tier::Minute, kNow / 60'000 * 60'000));
    QCOMPARE(project.cube().endBucketMs(Tier::Minute), kNow / 60'000 * 60'000 + 60'000);
    QVERIFY(project.cube().row(Tier::Day, (kNow + 9 * kDay) / kDay * kDay));
    QVERIFY(project.cube().row(Tier::Quarter, (kNow + 2 * kDay) / 900'000 * 900'000));
    QVERIFY(!project.cube().row(Tier::Quarter, (kNow + 9 * kDay) / 900'000 * 900'000));
    QCOMPARE(project.totals().events, 3);
}

void LiveProjectTest::seriesOnTheirWayCountTowardsTheCap()
{
    LiveProject project({u"p"_s, u"P"_s}, u"e"_s, kDimensions);
    QSet<SeriesKey> admitted;
    for (int i = 0; i < 3 * LiveCube::kMaxSeries; ++i)
        admitted.insert(project.admit({u"t"_s, u"p%1"_s.arg(i)}));
    QVERIFY(admitted.size() <= LiveCube::kMaxSeries);
    QVERIFY(admitted.contains({u"(other)"_s, u"(other)"_s}));
    project.forgetAdmitted();
    QCOMPARE(project.admit({u"t"_s, u"new"_s}), (SeriesKey{u"t"_s, u"new"_s}));
    project.add(jobOf({{u"t"_s, u"new"_s}}, kNow)); // arrived: takes no place twice
    for (int i = 0; i < LiveCube::kMaxSeries - 2; ++i)
        QCOMPARE(project.admit({u"t"_s, u"q%1"_s.arg(i)}), (SeriesKey{u"t"_s, u"q%1"_s.arg(i)}));
    QCOMPARE(project.admit({u"t"_s, u"one more"_s}), (SeriesKey{u"(other)"_s, u"(other)"_s}));
}

QTEST_GUILESS_MAIN(LiveProjectTest)
#include "tst_liveproject.moc"
