// Saved views as files, and what the command palette finds.
#include "app/board/savedview.h"
#include "app/board/text/fuzzymatch.h"
#include "app/settings/viewstore.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

SavedView checkout()
{
    SavedView view;
    view.name = u"Checkout / Köln: 50 %"_s;
    view.server = u"https://entvas.example.org"_s;
    view.project = u"shop"_s;
    view.choice.view = TimeView::of(NamedRange::Day);
    view.choice.comparison = Comparison::WeekBefore;
    view.choice.groupBy = u"page"_s;
    view.choice.filter.insert(u"browser"_s, {{u"chrome"_s, u"fire\"fox"_s}, true});
    view.zone = "Europe/Paris";
    view.layout = removed(defaultLayout(true), u"top"_s);
    view.relativeTimes = true;
    view.streamFilter = u"type:order -browser:chrome"_s;
    view.newestFirst = false;
    return view;
}

} // namespace

class TestViews : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aViewIsTheSameAfterItsFile();
    void whatIsUsualIsLeftOut();
    void wrongFilesAreRefusedWithASentence_data();
    void wrongFilesAreRefusedWithASentence();
    void anyNameIsAFile();
    void filesThatComeAndGoAreSeen();
    void boundsOfTheFolder();
    void aFolderThatCannotBeWritten();
    void matches_data();
    void matches();
    void betterAnswersScoreHigher();
};

void TestViews::aViewIsTheSameAfterItsFile()
{
    const QByteArray text = toText(checkout());
    QVERIFY(text.count('\n') > 10 && text.endsWith('\n')); // made to be compared line by line
    const Result<SavedView> read = savedViewFromText(text);
    QVERIFY2(read.ok(), read ? "" : qPrintable(read.failure().text));
    QCOMPARE(*read, checkout());
}

void TestViews::whatIsUsualIsLeftOut()
{
    const QJsonObject json = toJson(SavedView());
    QCOMPARE(json.keys(), (QStringList{u"entvas"_s, u"show"_s}));
    QCOMPARE(*savedViewFromJson(json), SavedView());
}

void TestViews::wrongFilesAreRefusedWithASentence_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("no json") << QByteArray("{\n\"entvas\": \"view\",\n}") << u"line 3"_s;
    QTest::newRow("empty") << QByteArray() << u"no JSON"_s;
    QTest::newRow("an array") << QByteArray("[]") << u"object"_s;
    QTest::newRow("something else") << QByteArray(R"({"a": 1})") << u"\"entvas\": \"view\""_s;
    QTest::newRow("unknown key") << QByteArray(R"({"entvas":"view","show":{},"colour":"red"})") << u"\"colour\""_s;
    QTest::newRow("a file for a server") << QByteArray(R"({"entvas":"view","server":"file:///etc/passwd"})")
                                         << u"server"_s;
    QTest::newRow("a password in an address")
        << QByteArray(R"({"entvas":"view","server":"https://me:secret@example.org"})") << u"server"_s;
    QTest::newRow("a number for a name") << QByteArray(R"({"entvas":"view","name":7})") << u"\"name\""_s;
    QTest::newRow("a long name") << QByteArray(R"({"entvas":"view","name":")") + QByteArray(81, 'x') + "\"}"
                                 << u"\"name\""_s;
    QTest::newRow("no such zone") << QByteArray(R"({"entvas":"view","zone":"Europe/Entenhausen"})") << u"Entenhausen"_s;
    QTest::newRow("a text for a switch") << QByteArray(R"({"entvas":"view","relativeTimes":"yes"})")
                                         << u"relativeTimes"_s;
    QTest::newRow("no such range") << QByteArray(R"({"entvas":"view","show":{"view":"fortnight"}})") << u"fortnight"_s;
    QTest::newRow("layout is a list") << QByteArray(R"({"entvas":"view","layout":[]})") << u"layout"_s;
    QTest::newRow("no such panel") << QByteArray(R"({"entvas":"view","layout":{"panel":"clock"}})") << u"clock"_s;
    QTest::newRow("show is a text") << QByteArray(R"({"entvas":"view","show":"day"})") << u"show"_s;
}

void TestViews::wrongFilesAreRefusedWithASentence()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const Result<SavedView> read = savedViewFromText(text);
    QVERIFY(!read.ok());
    QVERIFY2(read.failure().text.contains(says), qPrintable(read.failure().text));
}

void TestViews::anyNameIsAFile()
{
    const QTemporaryDir dir;
    ViewStore store(dir.filePath(u"not/there/yet"_s));
    QCOMPARE(store.names(), QStringList());
    const QStringList names{u"../../etc/passwd"_s, u".hidden"_s, u"a/b\\c:d*e?f\"g<h>i|j%k"_s,
                            u"Umsätze 日本"_s,     u"10 b"_s,    u"9 a"_s};
    for (const QString &name : names) {
        SavedView view = checkout();
        view.name = name;
        const Result<void> done = store.save(view);
        QVERIFY2(done.ok(), qPrintable(done ? QString() : done.failure().text));
        QCOMPARE(store.load(name)->name, name);
        QCOMPARE(store.load(name)->choice, view.choice);
    }
    QCOMPARE(store.names().size(), names.size());
    QVERIFY(store.names().indexOf(u"9 a"_s) < store.names().indexOf(u"10 b"_s));               // as people count
    QCOMPARE(QDir(store.folder()).entryList(QDir::Files | QDir::Hidden).size(), names.size()); // nothing went elsewhere
    for (const QString &name : names)
        QVERIFY(store.remove(name).ok());
    QCOMPARE(store.names(), QStringList());
    QVERIFY(store.remove(u"gone"_s).failure().text.contains(u"gone"_s));
    QVERIFY(store.load(u"gone"_s).failure().text.contains(u"gone"_s));
    SavedView nameless;
    QVERIFY(!store.save(nameless).ok());
}

void TestViews::filesThatComeAndGoAreSeen()
{
    const QTemporaryDir dir;
    ViewStore store(dir.path());
    QSignalSpy changed(&store, &ViewStore::changed);
    SavedView view = checkout();
    QVERIFY(ViewStore::write(view, dir.filePath(u"from a colleague.json"_s)).ok());
    QTRY_COMPARE(store.names(), QStringList{u"from a colleague"_s});
    QCOMPARE(store.load(u"from a colleague"_s)->name, u"from a colleague"_s); // the file's name, whatever stands in it
    // Names that we would have written otherwise.
    QVERIFY(ViewStore::write(view, dir.filePath(u"50% off: now.json"_s)).ok());
    QTRY_COMPARE(store.names(), (QStringList{u"50% off: now"_s, u"from a colleague"_s}));
    QVERIFY(store.load(u"50% off: now"_s).ok());
    QVERIFY(store.remove(u"50% off: now"_s).ok());
    QVERIFY(QFile::remove(dir.filePath(u"from a colleague.json"_s)));
    QTRY_COMPARE(store.names(), QStringList());
    QVERIFY(changed.size() >= 3);
}

void TestViews::boundsOfTheFolder()
{
    const QTemporaryDir dir;
    for (qsizetype i = 0; i < ViewStore::kMostViews + 5; ++i)
        QVERIFY(ViewStore::write(checkout(), dir.filePath(u"%1.json"_s.arg(i, 4, 10, QChar(u'0')))).ok());
    ViewStore store(dir.path());
    QCOMPARE(store.names().size(), ViewStore::kMostViews);
    SavedView more = checkout();
    more.name = u"one more"_s;
    QVERIFY(store.save(more).failure().text.contains(QString::number(ViewStore::kMostViews)));
    more.name = store.names().first(); // in place of one that is there
    QVERIFY(store.save(more).ok());
    QFile huge(dir.filePath(u"0001.json"_s));
    QVERIFY(huge.open(QIODevice::WriteOnly) && huge.resize(ViewStore::kMostBytes + 1));
    QCOMPARE(store.load(u"0001"_s).failure().kind, Fault::TooLarge);
}

void TestViews::aFolderThatCannotBeWritten()
{
    const QTemporaryDir dir;
    QFile file(dir.filePath(u"occupied"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    ViewStore store(file.fileName() + u"/views"_s);
    const Result<void> done = store.save(checkout());
    QVERIFY(!done.ok());
    QVERIFY(done.failure().text.contains(u"occupied"_s));
}

void TestViews::matches_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QList<qsizetype>>("places");
    using Places = QList<qsizetype>;
    QTest::newRow("the word") << u"Full screen"_s << u"full"_s << Places{0, 1, 2, 3};
    QTest::newRow("first letters") << u"Compare with an earlier time"_s << u"cet"_s << Places{0, 16, 24};
    QTest::newRow("spaces do not count") << u"Time zone"_s << u"ti zo"_s << Places{0, 1, 5, 6};
    QTest::newRow("a later word, whole") << u"as a save: Save"_s << u"save"_s << Places{5, 6, 7, 8};
    QTest::newRow("letter case") << u"Europe/Paris"_s << u"PARIS"_s << Places{7, 8, 9, 10, 11};
    QTest::newRow("humps") << u"user_disconnectNow"_s << u"udn"_s << Places{0, 5, 15};
    QTest::newRow("a whole word before letters on the way to it")
        << u"The chart shows all as CSV"_s << u"csv"_s << Places{23, 24, 25};
    QTest::newRow("nothing wanted") << u"anything"_s << u"  "_s << Places{};
}

void TestViews::matches()
{
    QFETCH(QString, text);
    QFETCH(QString, wanted);
    const auto match = fuzzyMatch(text, wanted);
    QVERIFY(match);
    QTEST(match->places, "places");
}

void TestViews::betterAnswersScoreHigher()
{
    QVERIFY(!fuzzyMatch(u"Full screen"_s, u"fullx"_s));
    QVERIFY(!fuzzyMatch(u"ab"_s, u"ba"_s)); // in this order
    QVERIFY(!fuzzyMatch({}, u"a"_s));
    QVERIFY(!fuzzyMatch(QString(150, u'a'), QString(199, u'a')));
    QVERIFY(fuzzyMatch(QString(100'000, u'a'), QString(100'000, u'a'))); // bounded, not refused
    const auto score = [](const QString &text, const QString &wanted) { return fuzzyMatch(text, wanted)->score; };
    QVERIFY(score(u"Save"_s, u"save"_s) > score(u"is a very eager"_s, u"save"_s));
    QVERIFY(score(u"Week"_s, u"we"_s) > score(u"Show events"_s, u"we"_s));
    QVERIFY(score(u"Time zone"_s, u"zone"_s) > score(u"America/Arizona neutral"_s, u"zone"_s));
    // A whole word, the start of one, inside of one, letters alone: in this order, wherever it stands.
    const QStringList falling{u"The numbers shown as CSV"_s, u"The numbers of the csvfile"_s, u"xcsvx"_s,
                              u"The chart as SVG"_s};
    for (qsizetype i = 1; i < falling.size(); ++i)
        QVERIFY2(score(falling[i - 1], u"csv"_s) > score(falling[i], u"csv"_s), qPrintable(falling[i]));
    QVERIFY(score(u"Save the view as a file"_s, u"view file"_s) > score(u"Overview: profile"_s, u"view file"_s));
    QVERIFY(fuzzyMatch(u"The numbers shown as CSV"_s, u"csv numbers"_s)); // words in any order
}

QTEST_GUILESS_MAIN(TestViews)
#include "tst_views.moc"
