#include "app/feed/rawexport.h"
#include "server/metrics/processstats.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool kMeasures = false; // freed memory is held back there, to find who still uses it
#else
constexpr bool kMeasures = true;
#endif

// A server that exports what the test tells it to: so many pieces, as fast as they are taken.
class ExportServer : public QTcpServer
{
public:
    ExportServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                asked = QUrl::fromEncoded(socket->readAll().split(' ').value(1));
                socket->write("HTTP/1.1 " + status + "\r\n" + head + "\r\n");
                sent = 0;
                more(socket);
            });
            connect(socket, &QTcpSocket::bytesWritten, socket, [this, socket] { more(socket); });
        });
    }
    EventPagesOptions options() const
    {
        EventPagesOptions options;
        options.server = QUrl(u"http://127.0.0.1:%1"_s.arg(serverPort()));
        options.project = u"shop"_s;
        return options;
    }
    void more(QTcpSocket *socket)
    {
        for (; !text.isEmpty(); text.remove(0, pieceBytes)) {
            const QByteArray part = text.first(std::min(pieceBytes, text.size()));
            socket->write(QByteArray::number(part.size(), 16) + "\r\n" + part + "\r\n");
            if (part.size() == text.size())
                socket->write("0\r\n\r\n");
            sent = pieces;
        }
        while (socket->state() == QAbstractSocket::ConnectedState && socket->bytesToWrite() < 100'000 &&
               sent < pieces) {
            socket->write(QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n");
            if (++sent == breaksAfter)
                return socket->disconnectFromHost();
            if (sent == pieces && ends)
                socket->write("0\r\n\r\n");
        }
    }
    QByteArray status = "200 OK";
    QByteArray head = "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n";
    QByteArray piece = "{\"id\":1}\n{\"id\":2}\n";
    int pieces = 3;
    QByteArray text; // instead, once, cut into pieces of so many bytes
    qsizetype pieceBytes = 0;
    int breaksAfter = -1;
    bool ends = true;
    int sent = 0;
    QUrl asked;
};

} // namespace

// The file of an export: whole or not at all.
class RawExportTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void writesWhatComes_data();
    void writesWhatComes();
    void asksForTheSpan();
    void leavesOutWhatDoesNotPass_data();
    void leavesOutWhatDoesNotPass();
    void leavesTheOldFileUntilItIsWhole();
    void tellsWhenItIsBrokenOff();
    void cancelLeavesNothing();
    void tellsWhyNot_data();
    void tellsWhyNot();
    void badPlacesAreTold();
    void tokensDoNotTravelInTheOpen();
    void anySizeInLittleMemory();

private:
    QString path() const { return m_dir->filePath(u"out"_s); }
    QByteArray content() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QStringList files() const { return QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden); }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void RawExportTest::writesWhatComes_data()
{
    QTest::addColumn<RawExport::Format>("format");
    QTest::addColumn<QByteArray>("piece");
    QTest::addColumn<int>("pieces");
    QTest::addColumn<qint64>("events");
    QTest::newRow("lines") << RawExport::Format::Ndjson << QByteArray("{}\n{}\n") << 3 << qint64(6);
    QTest::newRow("CSV") << RawExport::Format::Csv << QByteArray("id,x\r\n1,\"a,b\"\r\n2,b\r\n") << 1 << qint64(2);
    QTest::newRow("CSV without events") << RawExport::Format::Csv << QByteArray("id,x\r\n") << 1 << qint64(0);
    QTest::newRow("nothing at all") << RawExport::Format::Ndjson << QByteArray() << 1 << qint64(0);
    QTest::newRow("a line in two pieces") << RawExport::Format::Ndjson << QByteArray("{\"a\":\"x") << 1 << qint64(0);
}

void RawExportTest::writesWhatComes()
{
    QFETCH(RawExport::Format, format);
    QFETCH(QByteArray, piece);
    QFETCH(int, pieces);
    QFETCH(qint64, events);
    ExportServer server;
    server.piece = piece;
    server.pieces = pieces;
    server.ends = !piece.isEmpty(); // an empty chunk is the last one
    RawExport raw(server.options(), path(), format);
    QSignalSpy finished(&raw, &RawExport::finished);
    QSignalSpy failed(&raw, &RawExport::failed);
    raw.start({1'000, 2'000});
    QTRY_VERIFY(!finished.isEmpty() || !failed.isEmpty());
    QVERIFY2(failed.isEmpty(), qPrintable(failed.value(0).value(0).toString()));
    QCOMPARE(finished[0][0].toLongLong(), events);
    QCOMPARE(raw.written(), events);
    QCOMPARE(content(), piece.repeated(pieces));
    QCOMPARE(server.asked.path(), format == RawExport::Format::Csv ? u"/export/csv"_s : u"/export/ndjson"_s);
}

void RawExportTest::asksForTheSpan()
{
    ExportServer server;
    RawExport raw(server.options(), path(), RawExport::Format::Csv);
    QSignalSpy finished(&raw, &RawExport::finished);
    raw.start({1'000, 2'500});
    QTRY_COMPARE(finished.size(), 1);
    const QUrlQuery query(server.asked);
    QCOMPARE(query.queryItemValue(u"from"_s, QUrl::FullyDecoded), u"1970-01-01T00:00:01.000Z"_s);
    QCOMPARE(query.queryItemValue(u"to"_s, QUrl::FullyDecoded), u"1970-01-01T00:00:02.500Z"_s);
    QCOMPARE(query.queryItemValue(u"project"_s, QUrl::FullyDecoded), u"shop"_s);
    QVERIFY(!query.hasQueryItem(u"limit"_s));
}

void RawExportTest::leavesOutWhatDoesNotPass_data()
{
    QTest::addColumn<RawExport::Format>("format");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("left");
    const QByteArray ndjson = R"({"eventType":"log","id":"1","receivedAt":"2026-05-28T20:26:40.456Z",)"
                              R"("timestamp":"2026-05-28T20:26:40.456Z","userId":"=1","metadata":{"n":1.10}})"
                              "\n";
    const QByteArray csv = "1,log,'=1,2026-05-28T20:26:40.456Z,2026-05-28T20:26:40.456Z,\"{\"\"n\"\":1.10}\"\r\n";
    const QByteArray head = "id,eventType,userId,timestamp,receivedAt,metadata\r\n";
    const auto other = [](QByteArray line) { return line.replace("=1", "=2"); };
    QTest::newRow("lines") << RawExport::Format::Ndjson << other(ndjson) + ndjson + other(ndjson) << ndjson;
    QTest::newRow("CSV") << RawExport::Format::Csv << head + csv + other(csv) << head + csv;
    QTest::newRow("none passes") << RawExport::Format::Csv << head + other(csv) << head;
}

// The digits of what is left are those that came, wherever the pieces of the answer end.
void RawExportTest::leavesOutWhatDoesNotPass()
{
    QFETCH(RawExport::Format, format);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, left);
    for (const qsizetype size : {text.size(), qsizetype(7)}) {
        ExportServer server;
        server.text = text;
        server.pieceBytes = size;
        RawExport raw(server.options(), path(), format);
        QSignalSpy finished(&raw, &RawExport::finished);
        raw.start({1'000, 2'000}, {u"log"_s, {}}, [](const wire::TailEvent &event) {
            return event.userId == u"=1"_s && event.metadata == "{\"n\":1.10}";
        });
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(content(), left);
        QCOMPARE(finished.first().first().toLongLong(),
                 qint64(left.count('\n') - (format == RawExport::Format::Csv ? 1 : 0)));
        QCOMPARE(QUrlQuery(server.asked).queryItemValue(u"type"_s), u"log"_s);
    }
    // What is no event ends it: half a filter would be a wrong file.
    ExportServer server;
    server.piece = "rubbish\n";
    RawExport raw(server.options(), path() + u"2"_s, RawExport::Format::Ndjson);
    QSignalSpy failed(&raw, &RawExport::failed);
    raw.start({1'000, 2'000}, {}, [](const wire::TailEvent &) { return true; });
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(!QFile::exists(path() + u"2"_s));
}

void RawExportTest::leavesTheOldFileUntilItIsWhole()
{
    QFile old(path());
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write("old");
    old.close();
    ExportServer server;
    server.ends = false;
    RawExport raw(server.options(), path(), RawExport::Format::Ndjson);
    QSignalSpy progressed(&raw, &RawExport::progressed);
    raw.start({0, 1});
    QTRY_COMPARE(raw.written(), 6);
    QCOMPARE(content(), "old");
    raw.cancel();
    QCOMPARE(content(), "old");
    QCOMPARE(files(), QStringList{u"out"_s});
    server.ends = true;
    RawExport again(server.options(), path(), RawExport::Format::Ndjson);
    QSignalSpy finished(&again, &RawExport::finished);
    again.start({0, 1});
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(content(), server.piece.repeated(3));
}

void RawExportTest::tellsWhenItIsBrokenOff()
{
    ExportServer server;
    server.pieces = 50;
    server.breaksAfter = 20;
    RawExport raw(server.options(), path(), RawExport::Format::Ndjson);
    QSignalSpy failed(&raw, &RawExport::failed);
    QSignalSpy finished(&raw, &RawExport::finished);
    raw.start({0, 1});
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed[0][0].toString().contains(u"aborted the export"_s));
    QVERIFY(finished.isEmpty());
    QCOMPARE(files(), QStringList());
}

void RawExportTest::cancelLeavesNothing()
{
    ExportServer server;
    server.pieces = 1'000'000'000;
    server.piece = server.piece.repeated(1'000);
    RawExport raw(server.options(), path(), RawExport::Format::Ndjson);
    QSignalSpy progressed(&raw, &RawExport::progressed);
    QSignalSpy failed(&raw, &RawExport::failed);
    QSignalSpy finished(&raw, &RawExport::finished);
    connect(&raw, &RawExport::progressed, &raw, &RawExport::cancel); // from within
    raw.start({0, 1});
    QTRY_COMPARE(progressed.size(), 1);
    QVERIFY(raw.written() > 0);
    QTest::qWait(100);
    QCOMPARE(progressed.size(), 1);
    QVERIFY(failed.isEmpty() && finished.isEmpty());
    QCOMPARE(files(), QStringList());
    // And one that is dropped as a whole.
    {
        RawExport dropped(server.options(), path(), RawExport::Format::Ndjson);
        QSignalSpy word(&dropped, &RawExport::progressed);
        dropped.start({0, 1});
        QTRY_VERIFY(!word.isEmpty());
    }
    QTest::qWait(50);
    QCOMPARE(files(), QStringList());
}

void RawExportTest::tellsWhyNot_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("busy") << QByteArray("503 Busy") << QByteArray(R"({"message":"4 exports run already"})")
                          << u"4 exports run already"_s;
    QTest::newRow("earlier version") << QByteArray("404 No")
                                     << QByteArray(R"({"message":"There is nothing at /export/csv"})")
                                     << u"127.0.0.1 can't export: its version is too old."_s;
    QTest::newRow("no words") << QByteArray("500 Oh") << QByteArray() << u"127.0.0.1 answered with status 500."_s;
    QTest::newRow("too many words") << QByteArray("500 Oh") << QByteArray(1'000'000, 'x')
                                    << u"127.0.0.1 answered with status 500."_s;
}

void RawExportTest::tellsWhyNot()
{
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, sentence);
    ExportServer server;
    server.status = status;
    server.head = "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    server.pieces = 0;
    const auto answer = [&](QTcpSocket *socket) { socket->write(body); };
    connect(&server, &QTcpServer::newConnection, &server, [&] {
        for (QTcpSocket *socket : server.findChildren<QTcpSocket *>())
            connect(socket, &QTcpSocket::readyRead, socket, [&, socket] { answer(socket); });
    });
    RawExport raw(server.options(), path(), RawExport::Format::Csv);
    QSignalSpy failed(&raw, &RawExport::failed);
    raw.start({0, 1});
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed[0][0].toString(), sentence);
    QCOMPARE(files(), QStringList());
}

void RawExportTest::badPlacesAreTold()
{
    ExportServer server;
    RawExport raw(server.options(), m_dir->filePath(u"no/folder.csv"_s), RawExport::Format::Csv);
    QSignalSpy failed(&raw, &RawExport::failed);
    raw.start({0, 1});
    QCOMPARE(failed.size(), 1);
    QVERIFY(failed[0][0].toString().contains(u"no/folder.csv"_s));
}

void RawExportTest::tokensDoNotTravelInTheOpen()
{
    EventPagesOptions options;
    options.server = QUrl(u"http://entvas.example:8000"_s);
    options.token = u"secret"_s;
    RawExport raw(options, path(), RawExport::Format::Csv);
    QSignalSpy failed(&raw, &RawExport::failed);
    raw.start({0, 1});
    QCOMPARE(failed.size(), 1);
    QVERIFY(failed[0][0].toString().contains(u"https"_s));
    QCOMPARE(files(), QStringList());
}

void RawExportTest::anySizeInLittleMemory()
{
    ExportServer server;
    server.piece =
        QByteArray("{\"id\":\"0192f0e3-5b4a-7c3d-8e2f-1a2b3c4d5e6f\",\"eventType\":\"page_view\"}\n").repeated(800);
    server.pieces = 3'000;
    RawExport raw(server.options(), path(), RawExport::Format::Ndjson);
    QSignalSpy finished(&raw, &RawExport::finished);
    int words = 0;
    qint64 before = 0;
    qint64 most = 0;
    connect(&raw, &RawExport::progressed, &raw, [&] {
        ++words;
        (words < 3 ? before : most) = std::max(words < 3 ? before : most, processStats().residentBytes);
    });
    QElapsedTimer timer;
    timer.start();
    raw.start({0, 1});
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 60'000);
    QCOMPARE(finished[0][0].toLongLong(), 2'400'000);
    QCOMPARE(QFileInfo(path()).size(), server.piece.size() * server.pieces);
    QVERIFY(words <= 2 + timer.elapsed() / RawExport::kProgressMs);
    qInfo("%lld bytes, memory grew by %lld", QFileInfo(path()).size(), std::max<qint64>(most - before, 0));
    QVERIFY(!kMeasures || most - before < 8 * 1024 * 1024);
}

QTEST_GUILESS_MAIN(RawExportTest)
#include "tst_rawexport.moc"
