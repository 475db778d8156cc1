#include "core/cube/liveusers.h"

#include <QRandomGenerator>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

constexpr qint64 kNow = 1'767'268'800'000; // 2026-01-01T12:00:00Z
constexpr qint64 kMinute = 60'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
enum TierIndex : std::size_t { Seconds, Minutes, Quarters, Hours, Days };

// As good as userHash(), and quick: there are millions here (splitmix64).
UserHash user(int i)
{
    quint64 x = quint64(i) * 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (x ^ x >> 31) >> (64 - kUserHashBits);
}

struct Seen {
    qint64 second;
    int user;
};

// Some days of a few hundred users, and what they come to.
QList<Seen> someDays(int events, int users, qint64 backMs)
{
    QRandomGenerator random(11);
    QList<Seen> list;
    for (int i = 0; i < events; ++i)
        list.append({kNow / 1000 - qint64(random.bounded(double(backMs / 1000))), random.bounded(users)});
    std::sort(list.begin(), list.end(), [](const Seen &a, const Seen &b) { return a.second < b.second; });
    return list;
}

qint64 distinct(const QList<Seen> &seen, const TimeSpan &span)
{
    QSet<int> users;
    for (const Seen &one : seen)
        if (span.contains(one.second * 1000))
            users.insert(one.user);
    return users.size();
}

LiveUsers usersOf(const QList<Seen> &seen)
{
    LiveUsers users;
    for (const Seen &one : seen)
        users.add(one.second, user(one.user));
    users.trim(kNow);
    return users;
}

UserCount in(const LiveUsers &users, const TimeSpan &span)
{
    return users.in(span, kNow + 1'000).value();
}

} // namespace

class LiveUsersTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anySpanIsExact();
    void addTellsWhatIsNew();
    void fineBucketsEndAndTheSpanIsWidened();
    void memoryIsBounded();
    void oldDaysBecomeOne();
    void futureIsDropped();
    void spansBeforeTheBeginning();
    void deltasAddUpToTheSnapshot();
    void snapshotKeepsToItsRoom();
    void nonsenseIsRefused_data();
    void nonsenseIsRefused();
};

void LiveUsersTest::anySpanIsExact()
{
    const QList<Seen> seen = someDays(3'000, 900, 5 * kDay);
    const LiveUsers users = usersOf(seen);
    QRandomGenerator random(5);
    for (int round = 0; round < 300; ++round) {
        const qint64 step = round % 3 == 0 ? 900'000 : kMinute;
        const qint64 from = (kNow - qint64(random.bounded(double(5 * kDay)))) / step * step;
        const qint64 to = from + (1 + random.bounded(round % 2 ? 60 : 5'000)) * step;
        const UserCount count = in(users, {from, to});
        QCOMPARE(count.count, distinct(seen, {from, to}));
        QVERIFY(count.isExact && !count.isRounded);
        QCOMPARE(count.sinceMs, 0);
    }
    // The last minutes by second.
    for (qint64 back = 1; back < 590; back += 7) {
        const TimeSpan span{kNow - back * 1'000, kNow - back * 500};
        const TimeSpan seconds{span.fromMs, (span.toMs + 999) / 1'000 * 1'000};
        QCOMPARE(in(users, span).count, distinct(seen, seconds));
        QVERIFY(!in(users, span).isRounded);
    }
}

void LiveUsersTest::addTellsWhatIsNew()
{
    LiveUsers users;
    const qint64 second = kNow / 1000;
    QVERIFY(users.add(second, user(1)));
    QVERIFY(!users.add(second, user(1)));
    QVERIFY(users.add(second, user(2)));
    QVERIFY(users.add(second + 1, user(1))); // new in that second
    users.trim(kNow + 20 * kMinute);         // the seconds are gone
    LiveUsers before = users;
    QVERIFY(!users.add(second, user(2)));
    QCOMPARE(users, before);
    QVERIFY(users.add(second, user(3)));
    QVERIFY(users != before);
}

void LiveUsersTest::fineBucketsEndAndTheSpanIsWidened()
{
    const QList<Seen> seen = someDays(2'000, 500, 3 * kDay);
    LiveUsers users = usersOf(seen);
    users.setKnownFrom(Minutes, kNow - 2 * kHour);
    users.setKnownFrom(Quarters, kNow - kDay);
    const auto check = [&](qint64 fromMs, qint64 widenedMs) {
        const UserCount count = in(users, {fromMs, kNow + kMinute});
        QCOMPARE(count.count, distinct(seen, {widenedMs, kNow + kMinute}));
        QCOMPARE(count.isRounded, widenedMs != fromMs);
    };
    check(kNow - 7 * kMinute, kNow - 7 * kMinute);
    check(kNow - 2 * kHour - 7 * kMinute, kNow - 2 * kHour - 15 * kMinute);
    check(kNow - 2 * kHour - 15 * kMinute, kNow - 2 * kHour - 15 * kMinute);
    check(kNow - kDay - 7 * kMinute, kNow - kDay - kHour);
    check(kNow - kDay - 30 * kMinute, kNow - kDay - kHour);
    check(kNow - kDay - 5 * kHour, kNow - kDay - 5 * kHour);
    // The right edge likewise.
    const UserCount count = in(users, {kNow - 2 * kDay, kNow - kDay - 10 * kMinute});
    QCOMPARE(count.count, distinct(seen, {kNow - 2 * kDay, kNow - kDay}));
    QVERIFY(count.isRounded);
    // A bucket without anybody rounds nothing.
    QVERIFY(!in(users, {kNow - 10 * kDay - 7 * kMinute, kNow + kMinute}).isRounded);
}

void LiveUsersTest::memoryIsBounded()
{
    LiveUsers users;
    int next = 0;
    for (qint64 minute = 0; minute < 9 * 1'440; minute += 4)
        for (int i = 0; i < 1'100; ++i)
            users.add(kNow / 1000 + minute * 60 + i % 60, user(next++ % 40'000));
    const qint64 now = kNow + 9 * kDay;
    users.trim(now);
    QVERIFY(users.bytes() <= LiveUsers::kMaxBytes);
    QVERIFY(users.bytes() > (8u << 20));
    QVERIFY(users.isFull(Minutes) || users.knownFromMs(Minutes) > now - 8 * kDay);
    const UserCount all = users.in({kNow, now}, now).value();
    QVERIFY2(std::abs(double(all.count) / 40'000 - 1) < 0.065, qPrintable(QString::number(all.count)));
    QVERIFY(!all.isExact && !all.isRounded);
    QVERIFY(users.in({kNow + kDay + 7 * kMinute, now}, now)->isRounded);
}

void LiveUsersTest::oldDaysBecomeOne()
{
    LiveUsers users;
    constexpr int kDays = 2'050;
    int next = 0;
    for (int day = 0; day < kDays; ++day)
        for (int i = 0; i < 1'030; ++i)
            users.add(kNow / 1000 + day * 86'400 + i, user(next++));
    const qint64 now = kNow + kDays * kDay;
    users.trim(now);
    QVERIFY(users.bytes() <= LiveUsers::kMaxBytes);
    QVERIFY(users.knownFromMs(Days) > kNow);
    const UserCount all = users.in({kNow - kHour, now}, now).value();
    QVERIFY(std::abs(double(all.count) / next - 1) < 0.065);
    QVERIFY(users.in({kNow + 20 * kDay, now}, now)->isRounded);
    // The same on a desktop.
    LiveUsers mirror;
    QVERIFY(mirror.apply(users.snapshot()).ok());
    QCOMPARE(mirror.in({kNow - 12 * kHour, now}, now)->count, all.count);
    QVERIFY(!mirror.in({kNow - 12 * kHour, now}, now)->isRounded);
    // A late event still finds its place.
    QVERIFY(users.in({kNow - kHour, now}, now)->count <= all.count);
    for (int i = 0; i < 500'000; ++i)
        users.add(kNow / 1000, user(next++));
    QVERIFY(users.in({kNow - kHour, now}, now)->count > all.count);
}

void LiveUsersTest::futureIsDropped()
{
    LiveUsers users;
    users.add(kNow / 1000, user(1));
    QVERIFY(!users.trim(kNow, true));
    users.add(kNow / 1000 + 10 * 86'400, user(2));
    users.add(kNow / 1000 + 1, user(3)); // the present goes on beside it
    QCOMPARE(users.in({kNow, kNow + kMinute}, kNow + 2'000)->count, 2);
    LiveUsers mirror = users;
    QVERIFY(!mirror.trim(kNow)); // it waits for the snapshot
    QVERIFY(users.trim(kNow, true));
    QVERIFY(!users.trim(kNow, true));
    QCOMPARE(users.in({kNow, kNow + kMinute}, kNow + 2'000)->count, 2);
}

void LiveUsersTest::spansBeforeTheBeginning()
{
    LiveUsers users;
    QCOMPARE(in(users, {0, kNow}).count, 0);
    QVERIFY(!users.in({5, 5}).has_value());
    users.setSinceMs(kNow - kHour);
    users.add(kNow / 1000 - 60, user(1));
    QVERIFY(!users.in({kNow - kDay, kNow - kHour}).has_value()); // nobody knows
    QCOMPARE(in(users, {kNow - kDay, kNow}).sinceMs, kNow - kHour);
    QCOMPARE(in(users, {kNow - kHour, kNow}).sinceMs, 0);
    LiveUsers mirror;
    QVERIFY(mirror.apply(users.snapshot()).ok());
    QCOMPARE(mirror, users);
}

void LiveUsersTest::deltasAddUpToTheSnapshot()
{
    LiveUsers users;
    LiveUsers mirror;
    QVERIFY(mirror.apply(users.snapshot()).ok());
    QRandomGenerator random(21);
    qint64 second = kNow / 1000;
    for (int round = 0; round < 400; ++round) {
        second += random.bounded(120);
        QMap<UserHash, bool> fresh;
        for (int i = random.bounded(200); i > 0; --i) {
            const UserHash hash = user(random.bounded(6'000));
            if (users.add(second, hash))
                fresh.insert(hash, true);
        }
        UserAddition addition{second, {}};
        for (auto it = fresh.cbegin(); it != fresh.cend(); ++it) {
            uchar bytes[kUserHashBytes];
            putUserHash(bytes, it.key());
            addition.hashes.append(reinterpret_cast<const char *>(bytes), kUserHashBytes);
        }
        QVERIFY(mirror.apply({addition}).ok());
        users.trim(second * 1000);
        mirror.trim(second * 1000);
        if (round % 100 == 50) { // one that comes now
            LiveUsers late;
            QVERIFY(late.apply(users.snapshot()).ok());
            QCOMPARE(late.in({kNow, second * 1000 + 1'000})->count, users.in({kNow, second * 1000 + 1'000})->count);
        }
    }
    QCOMPARE(mirror, users);
}

void LiveUsersTest::snapshotKeepsToItsRoom()
{
    LiveUsers users;
    int next = 0;
    for (int hour = 0; hour < 30 * 24; ++hour)
        for (int i = 0; i < 2'200; ++i)
            users.add(kNow / 1000 + hour * 3'600 + i * 3'599 / 2'200, user(next++ % 100'000));
    const qint64 now = kNow + 30 * kDay;
    users.trim(now);
    const UsersSnapshot snapshot = users.snapshot();
    std::size_t bytes = 0;
    std::size_t room = 0;
    for (std::size_t tier = 0; tier < LiveUsers::kTiers; ++tier) {
        room += LiveUsers::kSnapshotBytes[tier];
        for (const QByteArray &sketch : snapshot.tiers[qsizetype(tier)].sketch)
            bytes += std::size_t(sketch.size());
    }
    QVERIFY2(bytes <= room, qPrintable(QString::number(bytes)));
    QVERIFY(bytes > room / 2);
    LiveUsers mirror;
    QVERIFY(mirror.apply(snapshot).ok());
    // The same answers where nothing is rounded, and a wider span where something is.
    for (const qint64 length : {kMinute, 30 * kMinute, kHour, kDay, 7 * kDay, 20 * kDay, 29 * kDay}) {
        const TimeSpan span{(now - length) / kHour * kHour, now + kMinute};
        const UserCount mine = users.in(span, now).value();
        const UserCount theirs = mirror.in(span, now).value();
        QVERIFY(theirs.isRounded ? theirs.count >= mine.count : theirs == mine);
    }
    QVERIFY(!mirror.in({now - kDay, now}, now)->isRounded);
    QVERIFY(mirror.bytes() < 2'000'000);
}

void LiveUsersTest::nonsenseIsRefused_data()
{
    QTest::addColumn<UsersSnapshot>("snapshot");
    UserSketch one;
    one.add(user(1));
    const QByteArray sketch = one.toBytes();
    const auto tier = [](qint64 step, qint64 known, qint64 from, const QList<qint64> &bucket,
                         const QList<QByteArray> &sketches) {
        UsersSnapshot snapshot;
        snapshot.tiers = {{step, known, from, bucket, sketches}};
        return snapshot;
    };
    QTest::newRow("uneven columns") << tier(1'000, 0, 0, {1, 2}, {sketch});
    QTest::newRow("no sketch") << tier(1'000, 0, 0, {1}, {"?"});
    QTest::newRow("before 1970") << tier(1'000, 0, 0, {-1}, {sketch});
    QTest::newRow("after the year 10000") << tier(86'400'000, 0, 0, {4'000'000}, {sketch});
    QTest::newRow("overflow") << tier(86'400'000, 0, 0, {std::numeric_limits<qint64>::max()}, {sketch});
    QTest::newRow("crooked start") << tier(60'000, 0, 1'000, {1}, {sketch});
    QTest::newRow("crooked knowledge") << tier(60'000, 1'000, 0, {1}, {sketch});
    QTest::newRow("negative knowledge") << tier(60'000, -60'000, 0, {1}, {sketch});
    QTest::newRow("too many buckets") << tier(1'000, 0, 0, QList<qint64>(601, 1), QList<QByteArray>(601, sketch));
    UsersSnapshot before;
    before.before = sketch;
    QTest::newRow("before the beginning") << before;
    before.before = "?";
    QTest::newRow("no sketch before") << before;
    UsersSnapshot since;
    since.sinceMs = -1;
    QTest::newRow("since before 1970") << since;
}

void LiveUsersTest::nonsenseIsRefused()
{
    QFETCH(UsersSnapshot, snapshot);
    LiveUsers users;
    users.add(kNow / 1000, user(1));
    const LiveUsers before = users;
    QVERIFY(!users.apply(snapshot).ok());
    QVERIFY(!users.apply({{kNow / 1000, QByteArray(6, 'x')}}).ok());
    QVERIFY(!users.apply({{-1, QByteArray(5, 'x')}}).ok());
    QCOMPARE(users, before);
}

QTEST_APPLESS_MAIN(LiveUsersTest)
#include "tst_liveusers.moc"
