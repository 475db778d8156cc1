#include "core/store/events/writer/batchcommit.h"

#include <QTest>

using namespace entvas;
using namespace std::chrono_literals;

namespace {

using State = BatchCommit::State;
using Stored = Result<QList<CommittedJob>>;

const BatchCommit::Time kStart = BatchCommit::Time() + 1h;

BatchCommit::Now at(std::chrono::milliseconds time)
{
    return {kStart + time, false};
}

BatchCommit::Now endingAt(std::chrono::milliseconds time)
{
    return {kStart + time, true};
}

Failure away()
{
    return {Fault::Unavailable, QStringLiteral("away")};
}

Stored nothing()
{
    return QList<CommittedJob>();
}

Stored one()
{
    return QList<CommittedJob>{CommittedJob()};
}

// A batch whose first append met a database that is away.
BatchCommit held(bool isReplaced = false)
{
    BatchCommit batch(2);
    batch.appended(away(), isReplaced, at(0ms));
    return batch;
}

} // namespace

// Each arrow of the drawing at the head of BatchCommit.
class BatchCommitTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void append_ends_data();
    void append_ends();
    void unavailable_isReopenedAtOnce();
    void ending_losesWithoutAnotherTry();
    void reopen_isTriedUntilTheHoldIsOver();
    void reopen_thatIsTooLateIsLost();
    void replacedFile_isNotHeld();
    void settle_findsTheCommit();
    void settle_withoutTheCommitAppendsAgain();
    void settle_thatFailsReopens();
    void settle_thatFailsTooLongIsLost();
    void hold_countsFromTheFirstFailure();
    void laterRefusal_isTheReason();
};

void BatchCommitTest::append_ends_data()
{
    QTest::addColumn<int>("jobs");
    QTest::addColumn<std::optional<Fault>>("fault");
    QTest::addColumn<State>("end");
    QTest::newRow("stored") << 2 << std::optional<Fault>() << State::Stored;
    QTest::newRow("bad input among several") << 2 << std::optional(Fault::BadInput) << State::Halve;
    QTest::newRow("bad input alone") << 1 << std::optional(Fault::BadInput) << State::Refuse;
    QTest::newRow("too large") << 2 << std::optional(Fault::TooLarge) << State::Refuse;
    QTest::newRow("storage") << 2 << std::optional(Fault::Storage) << State::Refuse;
}

void BatchCommitTest::append_ends()
{
    QFETCH(int, jobs);
    QFETCH(std::optional<Fault>, fault);
    QFETCH(State, end);
    BatchCommit batch(jobs);
    QVERIFY(batch.state() == State::Append && !batch.isOver());
    QCOMPARE(batch.pause(), 0ms);
    batch.appended(fault ? Stored(*fault, QStringLiteral("why")) : one(), false, at(0ms));
    QVERIFY(batch.state() == end && batch.isOver());
    QCOMPARE(batch.failure().text, fault ? QStringLiteral("why") : QString());
}

void BatchCommitTest::unavailable_isReopenedAtOnce()
{
    const BatchCommit batch = held();
    QVERIFY(batch.state() == State::Reopen && !batch.isOver());
    QCOMPARE(batch.pause(), 0ms);
    QCOMPARE(batch.failure().text, QStringLiteral("away"));
}

void BatchCommitTest::ending_losesWithoutAnotherTry()
{
    BatchCommit batch(1);
    batch.appended(away(), false, endingAt(0ms));
    QVERIFY(batch.state() == State::Lost);
    BatchCommit reopening = held();
    reopening.reopened(away(), endingAt(1ms));
    QVERIFY(reopening.state() == State::Lost);
    BatchCommit settling = held();
    settling.reopened({}, at(1ms));
    settling.settled(away(), endingAt(2ms));
    QVERIFY(settling.state() == State::Lost);
}

void BatchCommitTest::reopen_isTriedUntilTheHoldIsOver()
{
    BatchCommit batch = held();
    for (const auto time : {1ms, 500ms, 1'999ms}) {
        batch.reopened(away(), at(time));
        QVERIFY(batch.state() == State::Reopen);
        QVERIFY(batch.pause() > 0ms);
    }
    batch.reopened(away(), at(BatchCommit::kHold));
    QVERIFY(batch.state() == State::Lost);
}

void BatchCommitTest::reopen_thatIsTooLateIsLost()
{
    BatchCommit batch = held();
    batch.reopened(away(), at(1'900ms));
    batch.reopened({}, at(BatchCommit::kHold + 1ms)); // the pause was long
    QVERIFY(batch.state() == State::Lost);
}

void BatchCommitTest::replacedFile_isNotHeld()
{
    BatchCommit batch = held(true);
    QVERIFY(batch.state() == State::Reopen);
    batch.reopened(away(), at(1ms));
    QVERIFY(batch.state() == State::Lost);
}

void BatchCommitTest::settle_findsTheCommit()
{
    BatchCommit batch = held();
    batch.reopened({}, at(10ms));
    QVERIFY(batch.state() == State::Settle);
    QCOMPARE(batch.pause(), 0ms);
    batch.settled(one(), at(11ms));
    QVERIFY(batch.state() == State::Stored);
}

void BatchCommitTest::settle_withoutTheCommitAppendsAgain()
{
    BatchCommit batch = held();
    batch.reopened({}, at(10ms));
    batch.settled(nothing(), at(11ms));
    QVERIFY(batch.state() == State::Append && !batch.isOver());
    QVERIFY(batch.pause() > 0ms);
    batch.appended(one(), false, at(200ms));
    QVERIFY(batch.state() == State::Stored);
}

// Whether the commit arrived is worth a look even after the hold.
void BatchCommitTest::settle_thatFailsReopens()
{
    BatchCommit batch = held();
    batch.reopened({}, at(10ms));
    batch.settled(away(), at(1'900ms));
    QVERIFY(batch.state() == State::Reopen);
    QVERIFY(batch.pause() > 0ms);
    batch.reopened({}, at(2'100ms));
    QVERIFY(batch.state() == State::Settle);
    batch.settled(one(), at(2'101ms));
    QVERIFY(batch.state() == State::Stored);
}

void BatchCommitTest::settle_thatFailsTooLongIsLost()
{
    BatchCommit batch = held();
    batch.reopened({}, at(10ms));
    batch.settled(away(), at(1'000ms));
    batch.reopened(away(), at(2'001ms));
    QVERIFY(batch.state() == State::Lost);
}

// A database that opens and fails again each time holds its senders no longer than one that stays away.
void BatchCommitTest::hold_countsFromTheFirstFailure()
{
    BatchCommit batch = held();
    batch.reopened({}, at(10ms));
    batch.settled(nothing(), at(1'500ms));
    batch.appended(away(), false, at(1'990ms));
    QVERIFY(batch.state() == State::Reopen);
    batch.reopened({}, at(2'001ms));
    QVERIFY(batch.state() == State::Lost);
}

void BatchCommitTest::laterRefusal_isTheReason()
{
    BatchCommit batch = held();
    batch.reopened({}, at(10ms));
    batch.settled(nothing(), at(11ms));
    batch.appended({Fault::Storage, QStringLiteral("no such table")}, false, at(12ms));
    QVERIFY(batch.state() == State::Refuse);
    QCOMPARE(batch.failure().text, QStringLiteral("no such table"));
}

QTEST_GUILESS_MAIN(BatchCommitTest)
#include "tst_batchcommit.moc"
