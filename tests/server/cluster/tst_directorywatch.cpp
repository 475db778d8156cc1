#include "core/store/events/storewriter.h"
#include "server/access/apikeys.h"
#include "server/cluster/directorywatch.h"
#include "tests/core/store/backends.h"
#include "tests/core/store/fakestore.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

// The directory as another server has left it, and connections that read it, each in its own way.
struct Shared {
    std::mutex mutex;
    Directory directory;
    Result<void> reading; // of the watch's own connection
    std::counting_semaphore<> go{0};
    bool hold = false; // the watch's own connection, in the middle of a look
    QList<KeyUse> uses;
};

class SharedDirectory final : public DirectoryStore
{
public:
    SharedDirectory(Shared &shared, bool isWriter) : m_shared(shared), m_isWriter(isWriter) {}
    Result<Directory> read() override
    {
        std::unique_lock lock(m_shared.mutex);
        const Directory read = m_shared.directory;
        const bool hold = m_shared.hold;
        const Result<void> reading = m_shared.reading;
        lock.unlock();
        if (m_isWriter)
            return read;
        if (hold)
            m_shared.go.acquire(); // answers what it read before
        return reading ? Result<Directory>(read) : reading.failure();
    }
    Result<AdminResult> act(const AdminCommand &command, const Actor &actor) override
    {
        const std::lock_guard lock(m_shared.mutex);
        for (ApiKey &key : m_shared.directory.keys)
            if (key.id == command.text(u"id"_s))
                key.revokedAtMs = actor.nowMs;
        return AdminResult{{}, {}, {}, m_shared.directory};
    }
    Result<QList<AuditRecord>> audit(const AuditQuery &) override { return QList<AuditRecord>(); }
    Result<void> noteUses(const QList<KeyUse> &uses) override
    {
        const std::lock_guard lock(m_shared.mutex);
        m_shared.uses += uses;
        return {};
    }

private:
    Shared &m_shared;
    bool m_isWriter;
};

class Store final : private FakeControl, public FakeStore
{
public:
    Store(Shared &shared, bool isWriter) : FakeStore(static_cast<FakeControl &>(*this)), m_directory(shared, isWriter)
    {
    }
    DirectoryStore &directory() override { return m_directory; }

private:
    SharedDirectory m_directory;
};

} // namespace

// Changes made elsewhere are seen, whatever the watch's own connection does.
class DirectoryWatchTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void revocationsElsewhereAreSeen();
    void aHangingConnectionHidesNothing();
    void aFailingConnectionHidesNothing();
    void anActIsNotUndoneByALateLook();
    void usesAreWrittenNowAndThen();
    void aUseIsTakenOnceInAWhile();

private:
    struct Set {
        Shared shared;
        NewApiKey key = makeApiKey(u"default"_s, KeyRole::Sender, {}, kNoonMs);
        ApiKeys keys{Settings()};
        StoreWriter writer{[this] { return std::make_unique<Store>(shared, true); }, {}};
        DirectoryWatch watch{[this] { return std::make_unique<Store>(shared, false); }, &writer, &keys};
        bool start()
        {
            shared.directory.keys = {key.key};
            writer.start();
            watch.start(shared.directory);
            return QTest::qWaitFor([&] { return writer.isAvailable(); });
        }
        bool opens() { return keys.identify(key.text, kNoonMs + 10).has_value(); }
        void revokeElsewhere()
        {
            const std::lock_guard lock(shared.mutex);
            shared.directory.keys.first().revokedAtMs = kNoonMs;
        }
        ~Set() { shared.go.release(100); }
    };
};

void DirectoryWatchTest::revocationsElsewhereAreSeen()
{
    Set set;
    QVERIFY(set.start());
    QVERIFY(set.opens());
    set.revokeElsewhere();
    QTRY_VERIFY_WITH_TIMEOUT(!set.opens(), 5'000);
}

void DirectoryWatchTest::aHangingConnectionHidesNothing()
{
    Set set;
    set.shared.hold = true;
    QVERIFY(set.start());
    QTest::qWait(DirectoryWatch::kLookMs + 500); // it hangs in its first look
    set.revokeElsewhere();
    QElapsedTimer since;
    since.start();
    QTRY_VERIFY_WITH_TIMEOUT(!set.opens(), 5'000);
    set.shared.go.release(); // what it read was of the past by then
    QTest::qWait(200);
    QVERIFY(!set.opens());
}

void DirectoryWatchTest::aFailingConnectionHidesNothing()
{
    Set set;
    set.shared.reading = {Fault::Unavailable, u"too many connections"_s};
    QVERIFY(set.start());
    QTest::qWait(DirectoryWatch::kLookMs + 500);
    QVERIFY(set.opens()); // nothing is known against it
    set.revokeElsewhere();
    QTRY_VERIFY_WITH_TIMEOUT(!set.opens(), 5'000);
}

void DirectoryWatchTest::anActIsNotUndoneByALateLook()
{
    Set set;
    set.shared.hold = true;
    QVERIFY(set.start());
    QTest::qWait(DirectoryWatch::kLookMs + 200); // a look is under way, and has read the key as valid
    bool isDone = false;
    QVERIFY(set.watch.act(AdminCommand{u"key.revoke"_s, {{u"id"_s, set.key.key.id}}}, {u"owner"_s, {}, kNoonMs},
                          [&](const Result<AdminResult> &acted) {
                              QVERIFY(acted.ok());
                              QVERIFY(!set.opens()); // before it is answered
                              isDone = true;
                          }));
    QTRY_VERIFY(isDone);
    set.shared.go.release();
    QTest::qWait(200);
    QVERIFY(!set.opens());
}

void DirectoryWatchTest::usesAreWrittenNowAndThen()
{
    Set set;
    QVERIFY(set.start());
    QVERIFY(set.opens());
    const auto written = [&] {
        const std::lock_guard lock(set.shared.mutex);
        return set.shared.uses.size();
    };
    QTRY_COMPARE_WITH_TIMEOUT(written(), 1, DirectoryWatch::kLookMs * DirectoryWatch::kLooksPerUse + 5'000);
    QCOMPARE(set.shared.uses.first().id, set.key.key.id);
    QCOMPARE(set.shared.uses.first().atMs, kNoonMs + 10);
}

void DirectoryWatchTest::aUseIsTakenOnceInAWhile()
{
    ApiKeys keys{Settings()};
    const NewApiKey made = makeApiKey(u"shop"_s, KeyRole::Sender, {}, kNoonMs);
    keys.setStored({made.key});
    const auto uses = [&](qint64 nowMs) {
        (void)keys.identify(made.text, nowMs);
        return keys.takeUses().size();
    };
    QCOMPARE(uses(kNoonMs), 1);
    QCOMPARE(uses(kNoonMs + 1), 0);
    keys.setStored({made.key}); // as looked up again: still known
    QCOMPARE(uses(kNoonMs + ApiKeys::kUseEveryMs - 1), 0);
    QCOMPARE(uses(kNoonMs + ApiKeys::kUseEveryMs), 1);
    ApiKey usedElsewhere = made.key;
    usedElsewhere.lastUsedAtMs = kNoonMs + 10 * ApiKeys::kUseEveryMs;
    keys.setStored({usedElsewhere});
    QCOMPARE(uses(usedElsewhere.lastUsedAtMs + 5), 0); // the other server has recorded it
    QByteArray wrong = made.text;
    wrong[30] = wrong[30] == 'x' ? 'y' : 'x';
    QVERIFY(!keys.identify(wrong, kNoonMs * 2));
    QCOMPARE(keys.takeUses().size(), 0); // refused ones are no uses
    (void)keys.identify(made.text, kNoonMs * 2);
    keys.setStored({});
    QCOMPARE(keys.takeUses().size(), 0); // gone meanwhile
}

QTEST_GUILESS_MAIN(DirectoryWatchTest)
#include "tst_directorywatch.moc"
