#include "server/query/historyreader.h"
#include "tests/core/store/fakestore.h"
#include "tests/server/rawclient.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// How far a log is, of a database or of its replica.
struct Log {
    std::mutex mutex;
    int position = 0;

    void set(int to)
    {
        const std::lock_guard lock(mutex);
        position = to;
    }
    int get()
    {
        const std::lock_guard lock(mutex);
        return position;
    }
};

class LoggedStore final : public FakeStore
{
public:
    LoggedStore(Control &control, Log &log) : FakeStore(control), m_log(log) {}
    Result<QString> logPosition() override { return QString::number(m_log.get()); }
    Result<bool> hasReplayed(const QString &position) override
    {
        return position.isEmpty() || m_log.get() >= position.toInt();
    }

private:
    Log &m_log;
};

} // namespace

// When the replica is read, and when the database in its place; with real ones in tst_replica.
class HistoryReaderTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aDatabaseThatWasSetUpAnewGetsItsReplicaBack();
};

// Behind the same address the log begins again: what it once had is nothing that the replica will ever come to.
void HistoryReaderTest::aDatabaseThatWasSetUpAnewGetsItsReplicaBack()
{
    FakeStore::Control control;
    Log database;
    Log copy;
    const auto storeOf = [&control](Log &log) -> StoreReader::StoreFactory {
        return [&control, &log] { return std::make_unique<LoggedStore>(control, log); };
    };
    StoreReader primary(storeOf(database));
    database.set(1'000);
    HistoryReader reader(&primary, storeOf(copy), {5s, 10ms, 100ms, 100ms});
    QVERIFY(spinUntil([&] { return reader.metrics().value("entvas_replica_available") == 0; })); // it stands still at 0
    database.set(10);
    copy.set(10);
    QVERIFY(spinUntil([&] { return reader.metrics().value("entvas_replica_available") == 1; }));
    copy.set(5);
    database.set(20);
    QVERIFY(spinUntil([&] { return reader.metrics().value("entvas_replica_available") == 0; }));
}

QTEST_GUILESS_MAIN(HistoryReaderTest)
#include "tst_historyreader.moc"
