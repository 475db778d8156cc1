#include "app/commands/parts/progress.h"

#include <csignal>
#include <fcntl.h>
#include <QTest>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace entvas;
using namespace Qt::StringLiterals;

// The line that long commands show, on a real terminal (a pty) and on none, and how Ctrl+C reaches them.
class ProgressTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theLineSaysWhatThereIsRoomFor_data();
    void theLineSaysWhatThereIsRoomFor();
    void neverWiderThanTheTerminal();
    void theSummaryIsOneSentence();
    void aTerminalSeesTheLineDrawnOver();
    void aNarrowTerminalIsNotWrapped();
    void aResumedRunRatesOnlyItsOwn();
    void noTerminalSeesNothing();
    void ctrlCSetsTheFlag();
    void aSecondCtrlCEnds();

private:
    // Runs `work` in a child process whose standard error is a terminal of `columns`, or a pipe for 0; what it wrote.
    QByteArray written(int columns, void (*work)());
};

QByteArray ProgressTest::written(int columns, void (*work)())
{
    int ours = -1;
    int theirs = -1;
    if (columns > 0) {
        ours = posix_openpt(O_RDWR | O_NOCTTY);
        grantpt(ours);
        unlockpt(ours);
        theirs = open(ptsname(ours), O_RDWR | O_NOCTTY);
        winsize size{};
        size.ws_col = ushort(columns);
        size.ws_row = 24;
        ioctl(theirs, TIOCSWINSZ, &size);
    } else {
        int ends[2];
        if (pipe(ends) != 0)
            return "no pipe";
        ours = ends[0];
        theirs = ends[1];
    }
    const pid_t child = fork();
    if (child == 0) {
        dup2(theirs, STDERR_FILENO);
        close(theirs);
        close(ours);
        setenv("TERM", "xterm", 1);
        work();
        _exit(0);
    }
    close(theirs);
    QByteArray all;
    char buffer[4096];
    for (ssize_t got; (got = read(ours, buffer, sizeof buffer)) > 0;)
        all.append(buffer, got);
    close(ours);
    waitpid(child, nullptr, 0);
    return all;
}

void ProgressTest::theLineSaysWhatThereIsRoomFor_data()
{
    QTest::addColumn<qint64>("done");
    QTest::addColumn<qint64>("total");
    QTest::addColumn<qint64>("elapsedMs");
    QTest::addColumn<double>("perSecond");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QString>("line");
    const auto row = [](const char *name, qint64 done, qint64 total, qint64 ms, double rate, int columns,
                        const char *line) {
        QTest::newRow(name) << done << total << ms << rate << columns << QString::fromLatin1(line);
    };
    row("wide", 500'000, 1'000'000, 10'000, 50'000, 120,
        "Working  [###############...............]   50%  500,000/1,000,000 events  10 s left  50,000/s");
    row("narrower: the bar shrinks", 500'000, 1'000'000, 10'000, 50'000, 80,
        "Working  [########........]   50%  500,000/1,000,000 events  10 s left  50,000/s");
    row("narrow: no bar", 500'000, 1'000'000, 10'000, 50'000, 55, "Working   50%  500,000/1,000,000 events  10 s left");
    row("tiny", 500'000, 1'000'000, 10'000, 50'000, 14, "Working   50%");
    row("smaller than its name", 1, 2, 0, 0, 4, "Work");
    row("no room at all", 1, 2, 0, 0, 0, "");
    row("unknown how many", 1'234, -1, 10'000, 123, 80, "Working  1,234 events  123/s");
    row("hours", 1, 10'000, 10'000, 1, 60, "Working    0%  1/10,000 events  2 h 46 min left  1.0/s");
    row("too early for a time left", 100, 1'000, 500, 200, 45, "Working   10%  100/1,000 events  200/s");
    row("not yet all", 999, 1'000, 9'000, 100, 45, "Working   99%  999/1,000 events  1 s left");
    row("all", 1'000, 1'000, 9'000, 100, 45, "Working  100%  1,000/1,000 events  100/s");
    row("more than all", 1'100, 1'000, 9'000, 100, 45, "Working  100%  1,100/1,000 events  100/s");
    row("nothing to do", 0, 0, 0, 0, 46, "Working  [#################]  100%  0/0 events");
}

void ProgressTest::theLineSaysWhatThereIsRoomFor()
{
    QFETCH(qint64, done);
    QFETCH(qint64, total);
    QFETCH(qint64, elapsedMs);
    QFETCH(double, perSecond);
    QFETCH(int, columns);
    QTEST(progressLine({u"Working"_s, u"events"_s, done, total, elapsedMs, perSecond}, columns), "line");
}

void ProgressTest::neverWiderThanTheTerminal()
{
    for (int columns = 0; columns < 200; ++columns)
        for (const qint64 total : {-1LL, 0LL, 7LL, 1'000'000'000'000LL})
            QVERIFY(progressLine({u"Working"_s, u"events"_s, 5, total, 60'000, 3.5}, columns).size() <= columns);
}

void ProgressTest::theSummaryIsOneSentence()
{
    QCOMPARE(progressSummary({u"Backing up"_s, u"events"_s, 1'200'000, -1, 12'000, 100'000}),
             u"Backing up: 1,200,000 events in 12 s (100,000/s)"_s);
    QCOMPARE(progressSummary({u"Backing up"_s, u"events"_s, 0, 0, 40, 0}), u"Backing up: 0 events in 0.0 s"_s);
}

void ProgressTest::aTerminalSeesTheLineDrawnOver()
{
    const QByteArray seen = written(100, [] {
        Progress progress(u"Working"_s, u"events"_s, 300);
        for (int i = 1; i <= 300; ++i) {
            progress.update(i);
            usleep(2'000);
        }
        progress.finish();
    });
    const qsizetype drawn = seen.count('\r') - seen.count("\r\n");
    QVERIFY2(drawn >= 3, seen.constData());
    QVERIFY2(drawn < 100, seen.constData()); // not once for each of 300
    QCOMPARE(seen.count('\n'), 1);
    QVERIFY(seen.contains("/300 events"));
    QVERIFY2(seen.contains("\r\x1b[KWorking: 300 events in "), seen.constData());
    QVERIFY(seen.endsWith("/s)\r\n"));
}

void ProgressTest::aNarrowTerminalIsNotWrapped()
{
    const QByteArray seen = written(20, [] {
        Progress progress(u"Working"_s, u"events"_s, 300);
        progress.update(150);
    });
    QCOMPARE(seen, "\rWorking   50%\x1b[K\r\x1b[K"); // drawn, and taken away as it was not finished
}

void ProgressTest::aResumedRunRatesOnlyItsOwn()
{
    const QByteArray seen = written(100, [] {
        Progress progress(u"Working"_s, u"events"_s, 1'000'000'010, 1'000'000'000);
        usleep(300'000);
        progress.update(1'000'000'010);
        progress.finish();
    });
    QVERIFY2(seen.contains("1,000,000,010/1,000,000,010 events"), seen.constData());
    QVERIFY2(seen.contains("Working: 10 events in "), seen.constData());
}

void ProgressTest::noTerminalSeesNothing()
{
    const QByteArray seen = written(0, [] {
        Progress progress(u"Working"_s, u"events"_s, 300);
        progress.update(150);
        progress.next(u"More"_s, u"events"_s);
        progress.update(1);
        progress.finish();
    });
    QCOMPARE(seen, QByteArray());
}

void ProgressTest::ctrlCSetsTheFlag()
{
    StopFlag flag;
    QVERIFY(!flag.isSet());
    raise(SIGINT);
    while (!flag.isSet()) // the test's own time limit is what ends this
        usleep(1'000);
    QVERIFY(flag.isSet());
}

void ProgressTest::aSecondCtrlCEnds()
{
    const pid_t child = fork();
    if (child == 0) {
        // A fresh program: threads do not live on in a fork.
        execl("/proc/self/exe", "tst_progress", "--wait-for-ctrl-c", nullptr);
        _exit(1);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0)
        usleep(10'000);
    QVERIFY(WIFSIGNALED(status));
    QCOMPARE(WTERMSIG(status), SIGINT);
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc > 1 && qstrcmp(argv[1], "--wait-for-ctrl-c") == 0) {
        StopFlag flag;
        raise(SIGINT);
        while (!flag.isSet())
            usleep(1'000);
        raise(SIGINT);
        return 0;
    }
    ProgressTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_progress.moc"
