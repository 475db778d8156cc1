#pragma once

#include "tests/faults/cutproxy.h"
#include "tests/faults/ledger.h"
#include "tests/faults/load.h"
#include "tests/server/testserver.h"
#include "tests/support/serverprocess.h"
#include "tests/support/temporarypostgres.h"

#include <QSqlDatabase>
#include <QSqlQuery>

#include <QTest>

namespace entvas::test {

inline constexpr int kRecoveryMs = 5'000; // that the server may take once its database is back

inline void sleepMs(qint64 ms)
{
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

// Waits until `done` holds; the milliseconds it took, or -1.
template <class Condition>
qint64 waitUntil(Condition done, qint64 ms)
{
    QElapsedTimer since;
    since.start();
    while (!done()) {
        if (since.elapsed() > ms)
            return -1;
        sleepMs(10);
    }
    return since.elapsed();
}

inline bool isReady(const ServerProcess &server)
{
    return getPlain(server.port(), "/ready").status == 200;
}

// The total that a dashboard is shown, and the one that a reader is told.
inline qint64 shownTotal(quint16 port)
{
    LiveClient client(wire::Format::Cbor);
    if (!client.open(QUrl(u"http://127.0.0.1:%1"_s.arg(port))))
        return -1;
    client.subscribe();
    return client.waitForPicture() ? client.totals.events : -1;
}

// The books are straight, and everybody is told the same.
#define ENTVAS_VERIFY_LEDGER(server, database, ...)                                                                    \
    do {                                                                                                               \
        const LedgerReport report = checkLedger(database, {__VA_ARGS__});                                              \
        qInfo("%s", qPrintable(report.text()));                                                                        \
        QVERIFY2(report.problems.isEmpty(), qPrintable(report.text()));                                                \
        QVERIFY2(report.acknowledged > 100, "there was no load to speak of");                                          \
        QTRY_COMPARE_WITH_TIMEOUT(shownTotal((server).port()), report.stored, 10'000);                                 \
    } while (false)

} // namespace entvas::test
