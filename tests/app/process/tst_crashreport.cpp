#include "app/process/crashfolder.h"
#include "app/process/crashreport.h"
#include "core/base/altstack.h"
#include "core/base/log.h"

#include <csignal>
#include <fcntl.h>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

// Not to be seen through by the compiler.
int overflow(volatile char *before, int depth) // NOLINT(misc-no-recursion)
{
    volatile char room[4'096];
    room[0] = before ? before[0] : 'x';
    return depth < 0 ? 0 : overflow(room, depth + 1) + room[0];
}

void dieBy(const QByteArray &how)
{
    if (how == "null") {
        volatile int *nothing = nullptr;
        *nothing = 1;
    } else if (how == "abort") {
        std::abort();
    } else if (how == "terminate") {
        throw std::runtime_error("not expected\nthis");
    } else if (how == "overflow") {
        std::thread([] {
            useAlternateStack();
            nameThread("deep-thought");
            overflow(nullptr, 0);
        }).join();
    } else if (how == "fatal") {
        qFatal("that was it");
    }
}

} // namespace

// The test's own program dies for the kinds of death that the real one can't be brought to.
class CrashReportTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!crashreport::isSupported())
            QSKIP("the sanitizer has a handler of its own");
    }
    void ownDeath_data();
    void ownDeath();
    void theProgramReports_data();
    void theProgramReports();
    void withoutStandardStreams();
    void keepsTheNewest();
    void tellsOnce();
    void whereReportsAre();

private:
    QTemporaryDir m_directory;
};

void CrashReportTest::ownDeath_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("null") << SIGSEGV << QByteArray(" at 0x0\n");
    QTest::newRow("abort") << SIGABRT << QByteArray("signal:  SIGABRT");
    QTest::newRow("terminate") << SIGABRT << QByteArray("uncaught exception: std::runtime_error: not expected this\n");
    QTest::newRow("overflow") << SIGSEGV << QByteArray("thread:  deep-thought\n");
    QTest::newRow("fatal") << SIGABRT << QByteArray("that was it");
}

void CrashReportTest::ownDeath()
{
    QFETCH(int, signal);
    QFETCH(QByteArray, words);
    const QString folder = m_directory.filePath(QString::fromLatin1(QTest::currentDataTag()));
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(),
                  {u"--die"_s, QString::fromLatin1(QTest::currentDataTag()), folder});
    QVERIFY(process.waitForFinished(30'000));
    const QByteArray said = process.readAllStandardError();
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    QCOMPARE(process.exitCode(), signal);
    const QStringList reports = CrashFolder(folder).reports();
    QVERIFY2(reports.size() == 1, said.constData());
    QFile file(reports.first());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray report = file.readAll();
    QVERIFY2(report.contains(words), report.constData());
    QVERIFY2(report.contains("the last word before the end"), report.constData());
    QVERIFY(report.contains("version: " ENTVAS_VERSION "\n"));
    QVERIFY2(report.contains("tst_crashreport+0x"), report.constData()); // for addr2line
    QVERIFY2(report.count("\n#") >= 3, report.constData());
    QVERIFY(said.contains("Entvas has crashed."));
    QVERIFY(said.contains(reports.first().toUtf8()));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void CrashReportTest::theProgramReports_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGSEGV") << SIGSEGV;
    QTest::newRow("SIGABRT") << SIGABRT;
    QTest::newRow("SIGBUS") << SIGBUS;
    QTest::newRow("SIGFPE") << SIGFPE;
    QTest::newRow("SIGILL") << SIGILL;
}

void CrashReportTest::theProgramReports()
{
    QFETCH(int, signal);
    QTemporaryDir home;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"HOME"_s, home.path());
    environment.remove(u"XDG_STATE_HOME"_s);
    environment.insert(u"XDG_DATA_HOME"_s, home.path());
    environment.insert(u"XDG_CONFIG_HOME"_s, home.path());
    environment.insert(u"STATE_DIRECTORY"_s, home.filePath(u"state"_s) + u":/elsewhere"_s);
    environment.insert(u"WEBHOOK_API_KEY"_s, u"a-secret-that-no-report-shows"_s);
    environment.insert(u"LOG_LEVEL"_s, u"debug"_s);
    const auto start = [&](QProcess &process) {
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(ENTVAS_PROGRAM), {u"--headless"_s, u"--port=0"_s});
        QByteArray out;
        while (!out.contains("entvas ready on") && process.waitForReadyRead(20'000))
            out += process.readAllStandardOutput();
        return out.contains("entvas ready on");
    };
    QProcess process;
    QVERIFY(start(process));
    ::kill(pid_t(process.processId()), signal);
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    QCOMPARE(process.exitCode(), signal);
    const CrashFolder folder(home.filePath(u"state"_s));
    QCOMPARE(folder.reports().size(), 1);
    QFile file(folder.reports().first());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray report = file.readAll();
    QVERIFY2(report.contains("signal:  " + QByteArray(QTest::currentDataTag())), report.constData());
    QVERIFY2(report.contains("sent by process " + QByteArray::number(QCoreApplication::applicationPid())),
             report.constData());
    QVERIFY2(report.contains("\"message\":\"ready\""), report.constData()); // its log
    QVERIFY(!report.contains("a-secret-that-no-report-shows"));

    // The next start says so, and the one after it does not.
    for (const bool isFirst : {true, false}) {
        QProcess next;
        QVERIFY(start(next));
        next.terminate();
        QVERIFY(next.waitForFinished(15'000));
        QCOMPARE(next.readAllStandardError().contains("it ended unexpectedly the last time"), isFirst);
    }
}

// A log must not end up in the next file that happens to be opened, which would be the database.
void CrashReportTest::withoutStandardStreams()
{
    QTemporaryDir home;
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"HOME"_s, home.path());
    environment.insert(u"DATABASE_URL"_s, u"sqlite://"_s + home.filePath(u"events.db"_s));
    process.setProcessEnvironment(environment);
    process.setStandardOutputFile(home.filePath(u"out"_s));
    process.start(u"/bin/sh"_s, {u"-c"_s, u"exec \"$0\" --headless --port 0 --log-level debug 0<&- 2>&-"_s,
                                 QStringLiteral(ENTVAS_PROGRAM)});
    const auto out = [&] {
        QFile file(home.filePath(u"out"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QTRY_VERIFY_WITH_TIMEOUT(out().contains("entvas ready on"), 20'000);
    QCOMPARE(QFile::symLinkTarget(u"/proc/%1/fd/2"_s.arg(process.processId())), u"/dev/null"_s);
    process.terminate();
    QVERIFY(process.waitForFinished(15'000));
    QCOMPARE(process.exitCode(), 0);
    QFile database(home.filePath(u"events.db"_s));
    QVERIFY(database.open(QIODevice::ReadOnly));
    QVERIFY(database.readAll().startsWith("SQLite format 3"));
}

void CrashReportTest::keepsTheNewest()
{
    const CrashFolder folder(m_directory.filePath(u"many"_s));
    QVERIFY(QDir().mkpath(folder.path()));
    for (int i = 10; i < 40; ++i) {
        QFile file(folder.path() + u"/crash-202611%1-000000-0000001.txt"_s.arg(i));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    folder.trim();
    QCOMPARE(folder.reports().size(), CrashFolder::kMostReports);
    QVERIFY(folder.reports().first().contains(u"crash-20261139"_s));
}

void CrashReportTest::tellsOnce()
{
    const CrashFolder folder(m_directory.filePath(u"told"_s));
    QVERIFY(!folder.unseen());
    QVERIFY(QDir().mkpath(folder.path()));
    QVERIFY(!folder.unseen());
    folder.markShown(); // nothing to tell of
    const auto add = [&](const QString &name) {
        QFile file(folder.path() + u'/' + name);
        return file.open(QIODevice::WriteOnly);
    };
    QVERIFY(add(u"crash-20261127-060000-0000001.txt"_s));
    QVERIFY(folder.unseen().value_or(QString()).endsWith(u"crash-20261127-060000-0000001.txt"_s));
    folder.markShown();
    QVERIFY(!folder.unseen());
    QVERIFY(add(u"crash-20261127-060001-0000001.txt"_s));
    QVERIFY(folder.unseen());
}

void CrashReportTest::whereReportsAre()
{
    for (const char *name : {"STATE_DIRECTORY", "XDG_STATE_HOME"})
        qunsetenv(name);
    qputenv("HOME", "/home/somebody");
    QCOMPARE(CrashFolder::usual(), u"/home/somebody/.local/state/entvas"_s);
    qputenv("XDG_STATE_HOME", "/state");
    QCOMPARE(CrashFolder::usual(), u"/state/entvas"_s);
    qputenv("STATE_DIRECTORY", "/var/lib/entvas:/var/lib/more");
    QCOMPARE(CrashFolder::usual(), u"/var/lib/entvas"_s);
    for (const char *name : {"STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"})
        qunsetenv(name);
    QCOMPARE(CrashFolder::usual(), QString());
    QVERIFY(!CrashFolder({}).unseen());
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"--die"_s) {
        log::setUp(LogFormat::Text, LogLevel::Info);
        crashreport::install(arguments.value(3));
        log::info("test", u"the last word before the end"_s);
        dieBy(arguments.value(2).toLatin1());
        return 0;
    }
    CrashReportTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_crashreport.moc"
