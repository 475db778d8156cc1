// A window with its own server, while what comes in fills everything that has a bound: where its memory ends.
#include "app/session/session.h"
#include "app/widgets/window/mainwindow.h"

#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <unistd.h>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasures = false; // freed memory is kept back to find its later uses
#else
constexpr bool kMeasures = true;
#endif
constexpr int kPatienceMs = 30'000;
constexpr int kMarks = 4;
constexpr int kEvents = 12'000; // between two marks: more than the stream keeps
constexpr int kBatch = 200;
constexpr double kMostMb = 150;
constexpr double kMostGrowthMb = 6; // at the end, from mark to mark

double residentMb()
{
    QFile file(u"/proc/self/statm"_s);
    return file.open(QIODevice::ReadOnly)
               ? double(file.readAll().split(' ').at(1).toLongLong() * ::sysconf(_SC_PAGESIZE)) / 1e6
               : 0;
}

QByteArray batchOf(QRandomGenerator &random)
{
    QByteArrayList events;
    for (int i = 0; i < kBatch; ++i)
        events << R"({"eventType":"type_)" + QByteArray::number(random.bounded(12)) + R"(","userId":"user_)" +
                      QByteArray::number(random.bounded(20'000)) + R"(","metadata":{"page":"page_)" +
                      QByteArray::number(random.bounded(40)) + R"(","browser":"chrome","amount":1.50,"order":")" +
                      QByteArray::number(random.generate64(), 16) + R"("}})";
    return '[' + events.join(',') + ']';
}

} // namespace

class WindowMemoryTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void itEnds();
};

void WindowMemoryTest::itEnds()
{
    const QTemporaryDir dir;
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas-test"_s);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, dir.path());
    qputenv("XDG_CONFIG_HOME", dir.path().toUtf8());
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"entvas.db"_s);
    Session session(settings);
    MainWindow window(&session);
    window.resize(1280, 800);
    window.show();
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(window.board().hasData(), kPatienceMs);
    QNetworkAccessManager network;
    QNetworkRequest request(session.webhookUrl());
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", kDevelopmentKey);
    QRandomGenerator random(3);
    QList<double> marks{residentMb()};
    qint64 sent = 0;
    for (int mark = 0; mark < kMarks; ++mark) {
        for (int events = 0; events < kEvents; events += kBatch) {
            QNetworkReply *reply = network.post(request, batchOf(random));
            QSignalSpy finished(reply, &QNetworkReply::finished);
            QVERIFY(finished.wait(kPatienceMs));
            QCOMPARE(reply->error(), QNetworkReply::NoError);
            reply->deleteLater();
            sent += kBatch;
        }
        QTRY_COMPARE_WITH_TIMEOUT(window.board().frame().totalEvents, sent, kPatienceMs);
        QTest::qWait(1'000); // what was only needed for a moment is given back
        marks.append(residentMb());
    }
    QString words;
    for (const double mb : std::as_const(marks))
        words += u" %1"_s.arg(mb, 0, 'f', 1);
    qInfo("resident MB at the start and after each %d events:%s", kEvents, qPrintable(words));
    QVERIFY2(!kMeasures || marks.last() < kMostMb, qPrintable(words));
    QVERIFY2(!kMeasures || marks.last() - marks[marks.size() - 2] < kMostGrowthMb, qPrintable(words));
    QSignalSpy stopped(&session, &Session::stopped);
    session.shutdown();
    QVERIFY(stopped.count() > 0 || stopped.wait(kPatienceMs));
}

QTEST_MAIN(WindowMemoryTest)
#include "tst_windowmemory.moc"
