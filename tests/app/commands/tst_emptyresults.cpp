#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"

#include <QJsonArray>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// What commands say when there is nothing, or not all, of what was asked for.
class EmptyResultsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_commands = std::make_unique<CommandRunner>();
        m_url.path = m_commands->file(u"entvas.db"_s);
        QCOMPARE(m_commands->run(u"migrate"_s, m_url).code, 0);
    }

    void aProjectThatIsNotThere_data();
    void aProjectThatIsNotThere();
    void aDeletedProjectHasItsAudit();
    void aFailedImportInJson();
    void aStoppedImportKnowsNoMore();
    void aFindingIsOneLine();

private:
    CommandRun run(const QString &line) const { return m_commands->run(line, m_url); }
    QString file(const QString &name) const { return m_commands->file(name); }

    std::unique_ptr<CommandRunner> m_commands;
    DatabaseUrl m_url;
};

void EmptyResultsTest::aProjectThatIsNotThere_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line : {"keys list", "keys list --json", "members list", "audit", "audit --json"})
        QTest::newRow(line) << QString::fromLatin1(line);
}

void EmptyResultsTest::aProjectThatIsNotThere()
{
    QFETCH(QString, line);
    const CommandRun none = run(line + u" --project defualt"_s);
    QCOMPARE(none.code, 1);
    QVERIFY2(none.err.contains("no project \"defualt\"") && none.err.contains("Did you mean default"),
             none.err.constData());
    QCOMPARE(none.out.isEmpty(), !line.contains(u"--json"_s)); // whose readers learn of it too
    QCOMPARE(run(line + u" --project default"_s).code, 0);     // though there is nothing to list
}

void EmptyResultsTest::aDeletedProjectHasItsAudit()
{
    QCOMPARE(run(u"projects create shop"_s).code, 0);
    QCOMPARE(run(u"projects delete shop --yes"_s).code, 0);
    const CommandRun told = run(u"audit --project shop"_s);
    QVERIFY2(told.code == 0 && told.out.contains("project.delete"), told.err.constData());
}

void EmptyResultsTest::aFailedImportInJson()
{
    QFile bad(file(u"bad.ndjson"_s));
    QVERIFY(bad.open(QIODevice::WriteOnly) && bad.write("{\"id\":1}\n{\"id\":2}\n") > 0);
    bad.close();
    const CommandRun failed = run(u"import --json "_s + bad.fileName());
    QCOMPARE(failed.code, 1);
    QVERIFY(failed.err.contains("2 of 2 records can't be imported"));
    QVERIFY2(failed.json()[u"error"].toString().startsWith(u"2 of 2 records can't be imported"_s),
             failed.out.constData());
    QCOMPARE(failed.json()[u"complete"], false);
    QCOMPARE(failed.json()[u"rejected"].toInt(), 2);
    QCOMPARE(failed.json()[u"imported"].toInt(), 0);
    const CommandRun nowhere = run(u"import --json --project nowhere "_s + bad.fileName());
    QVERIFY2(nowhere.code == 1 && nowhere.json()[u"error"].toString().contains(u"no project nowhere"_s), nowhere.out);
    QVERIFY(!run(u"import --json --skip-invalid "_s + bad.fileName()).json().contains(u"error"_s));
}

// What an earlier run brought may lie behind where the later one was stopped.
void EmptyResultsTest::aStoppedImportKnowsNoMore()
{
    DatabaseUrl from;
    from.path = file(u"from.db"_s);
    QCOMPARE(m_commands->run(u"seed --events 60000 --days 12"_s, from).code, 0);
    QCOMPARE(m_commands->run(u"export -o "_s + file(u"all.ndjson"_s), from).code, 0);
    QList<QByteArray> lines = m_commands->bytesOf(u"all.ndjson"_s).split('\n');
    QFile some(file(u"some.ndjson"_s));
    QVERIFY(some.open(QIODevice::WriteOnly) && some.write(lines.first(5'000).join('\n')) > 0);
    some.close();
    QCOMPARE(run(u"import "_s + some.fileName()).code, 0);

    const auto again = m_commands->start(u"import --json "_s + file(u"all.ndjson"_s), m_url);
    const auto there = [&] {
        const auto store = makeStore(m_url, u"test"_s);
        const auto totals =
            store->open() ? store->reader().totals(kDefaultProject) : Result<StoreTotals>(StoreTotals{});
        return totals ? totals.value().events : 0;
    };
    while (again->state() != QProcess::NotRunning && there() <= 5'000)
        again->waitForFinished(1);
    if (again->state() != QProcess::NotRunning)
        CommandRunner::send(*again, SIGINT);
    const CommandRun stopped = CommandRunner::end(*again);
    if (stopped.code == 0)
        QSKIP("it was quicker than the signal");
    QVERIFY2(stopped.code == 1 && stopped.err.contains("Stopped: at least "), stopped.err.constData());
    QVERIFY2(stopped.json()[u"error"].toString().startsWith(u"Stopped"_s), stopped.out.constData());
}

void EmptyResultsTest::aFindingIsOneLine()
{
    QCOMPARE(run(u"seed --events 5000 --days 3"_s).code, 0);
    QFile damaged(m_url.path);
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    QVERIFY(damaged.seek(damaged.size() / 2 / 4096 * 4096));
    QVERIFY(damaged.write(QByteArray(100 * 4096, 'x')) > 0);
    damaged.close();
    const CommandRun looked = run(u"doctor"_s);
    QCOMPARE(looked.code, 1);
    for (const QByteArray &line : looked.out.trimmed().split('\n'))
        QVERIFY2(line.startsWith("ok ") || line.startsWith("bad ") || line.startsWith("note ") ||
                     line.contains("problem found."),
                 line.constData());
}

QTEST_GUILESS_MAIN(EmptyResultsTest)
#include "tst_emptyresults.moc"
