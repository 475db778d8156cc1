#include "app/board/alertkinds.h"
#include "app/board/alerts.h"
#include "app/board/text/format.h"
#include "app/session/session.h"
#include "app/settings/language.h"
#include "app/widgets/lists/statcard.h"
#include "app/widgets/window/mainwindow.h"
#include "core/cube/liveusers.h"
#include "tests/app/fakefeed.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QFontMetricsF>
#include <QLabel>
#include <QProcess>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

struct Message {
    QString context, source;
    QStringList forms; // of the translation: one, or one per plural form
    bool isFinished = true;
    bool isPlural = false;
};

QList<Message> readTexts(const QString &path)
{
    QFile file(path);
    QList<Message> messages;
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == u"name")
            context = xml.readElementText();
        else if (xml.name() == u"message")
            messages.append({context, {}, {}, true, xml.attributes().value("numerus"_L1) == u"yes"});
        else if (xml.name() == u"source")
            messages.last().source = xml.readElementText();
        else if (xml.name() == u"translation") {
            messages.last().isFinished = !xml.attributes().hasAttribute("type"_L1);
            if (!messages.last().isPlural)
                messages.last().forms << xml.readElementText();
        } else if (xml.name() == u"numerusform")
            messages.last().forms << xml.readElementText();
    }
    return messages;
}

QString textsOf(const QString &language)
{
    return QStringLiteral(ENTVAS_SOURCES) + u"/resources/translations/entvas_"_s + language + u".ts"_s;
}

// "%1", "%n", … in order, and how many letters are underlined.
QStringList marks(const QString &text)
{
    static const QRegularExpression placeholder(u"%(?:[1-9]|L?n)"_s);
    QStringList found;
    for (auto match = placeholder.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    std::sort(found.begin(), found.end());
    QString rest = text;
    found << QString::number(rest.remove(u"&&"_s).count(u'&'));
    found << QString::number(text.count(u'\n'));
    if (text.startsWith(u' ') || text.endsWith(u' '))
        found << u"blank"_s;
    return found;
}

void speak(const QString &code)
{
    qDeleteAll(qApp->findChildren<QTranslator *>());
    language::choose(code);
    language::install(*qApp);
}

// Texts that are cut off: of labels and buttons in sight, by what they would need.
QStringList cutOff(const QWidget &window)
{
    QStringList cut;
    for (const QLabel *label : window.findChildren<QLabel *>())
        if (label->isVisibleTo(&window) && !label->wordWrap() && label->sizeHint().width() > label->width())
            cut << u"%1 (%2 of %3 px)"_s.arg(label->text()).arg(label->width()).arg(label->sizeHint().width());
    for (const QAbstractButton *button : window.findChildren<QAbstractButton *>()) {
        constexpr int kEdges = 6; // what a button needs beside its text
        const int needed = button->fontMetrics().size(Qt::TextShowMnemonic, button->text()).width() + kEdges;
        if (button->isVisibleTo(&window) && !button->text().isEmpty() && needed > button->width())
            cut << u"%1 (%2 of %3 px)"_s.arg(button->text()).arg(button->width()).arg(needed);
    }
    for (const StatCard *card : window.findChildren<StatCard *>()) {
        QFont font = QApplication::font();
        font.setPixelSize(12);
        const QString second = card->change().isEmpty() ? card->context() : card->change() + u"  "_s + card->context();
        const double room = card->width() - 32;
        if (QFontMetricsF(font).horizontalAdvance(second) > room)
            cut << second;
        font.setWeight(QFont::Medium);
        if (QFontMetricsF(font).horizontalAdvance(card->label()) > room)
            cut << card->label();
    }
    return cut;
}

} // namespace

class LanguageTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void textsAreComplete_data();
    void textsAreComplete();
    void placeholdersAgree();
    void choiceIsKept();
    void germanIsSpoken();
    void otherLanguagesGetTheirDates();
    void windowFits_data();
    void windowFits();
};

void LanguageTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"entvas-test"_s);
    QCoreApplication::setApplicationName(u"tst_language"_s);
    QSettings().clear();
}

void LanguageTest::textsAreComplete_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QStringList>("options");
    QTest::newRow("German") << u"de"_s << QStringList();
    QTest::newRow("English plural forms") << u"en"_s << QStringList{u"-pluralonly"_s};
}

// Asks lupdate what texts the code has now. To bring the files up to date: ninja update_translations, then translate
// what is marked as unfinished.
void LanguageTest::textsAreComplete()
{
    QFETCH(QString, language);
    QFETCH(QStringList, options);
    const QTemporaryDir folder;
    const QString copy = folder.filePath(u"entvas_%1.ts"_s.arg(language));
    QVERIFY(QFile::copy(textsOf(language), copy));
    QProcess lupdate;
    lupdate.setWorkingDirectory(QStringLiteral(ENTVAS_SOURCES));
    lupdate.start(QStringLiteral(ENTVAS_LUPDATE),
                  QStringList{u"-silent"_s, u"-I"_s, u"."_s, u"-no-obsolete"_s, u"-locations"_s, u"none"_s} + options +
                      QStringList{u"app"_s, u"core/model"_s, u"-ts"_s, copy});
    QVERIFY2(lupdate.waitForFinished(60'000) && lupdate.exitCode() == 0, lupdate.readAllStandardError());
    const QList<Message> messages = readTexts(copy);
    if (options.isEmpty())
        QVERIFY(messages.size() > 300); // it looked at the code
    QStringList missing;
    for (const Message &message : messages)
        if (!message.isFinished || message.forms.isEmpty() || message.forms.contains(QString()))
            missing << message.context + u": "_s + message.source;
    QVERIFY2(missing.isEmpty(), qPrintable(u"not translated:\n"_s + missing.join(u'\n')));
}

void LanguageTest::placeholdersAgree()
{
    int compared = 0;
    for (const QString &language : {u"de"_s, u"en"_s})
        for (const Message &message : readTexts(textsOf(language))) {
            if (!message.isFinished)
                continue; // told by the test above
            QStringList wanted = marks(message.source);
            for (qsizetype form = 0; form < message.forms.size(); ++form) {
                // The form for one may leave the number out: "an event".
                QStringList found = marks(message.forms[form]);
                if (message.isPlural && form == 0)
                    for (QStringList *list : {&wanted, &found})
                        list->removeAll(u"%n"_s);
                QVERIFY2(found == wanted, qPrintable(message.source + u" -> "_s + message.forms[form]));
                wanted = marks(message.source);
                ++compared;
            }
            if (message.source.endsWith(u'…'))
                QVERIFY2(message.forms.first().endsWith(u'…'), qPrintable(message.source));
        }
    QVERIFY(compared > 300);
    QCOMPARE(marks(u"%2 && %1 %n &x"_s), QStringList({u"%1"_s, u"%2"_s, u"%n"_s, u"1"_s, u"0"_s}));
}

void LanguageTest::choiceIsKept()
{
    QCOMPARE(language::chosen(), QString());
    QVERIFY(language::available().contains(language::current()));
    language::choose(u"de"_s);
    QCOMPARE(language::chosen(), u"de"_s);
    QCOMPARE(language::current(), u"de"_s);
    QSettings().setValue(u"window/language"_s, u"tlh"_s); // of another version, or a typing error
    QCOMPARE(language::chosen(), QString());
    language::choose({});
    QVERIFY(!QSettings().contains(u"window/language"_s));
    QCOMPARE(language::name(u"de"_s), u"Deutsch"_s);
    QCOMPARE(language::name(u"en"_s), u"English"_s);
}

void LanguageTest::germanIsSpoken()
{
    speak(u"de"_s);
    QCOMPARE(format::rangeName(NamedRange::Day), u"Tag"_s);
    QCOMPARE(format::length(3 * 86'400'000), u"3 Tage"_s); // marked with QT_TRANSLATE_NOOP
    QCOMPARE(format::bucketTitle({BucketUnit::Minute, 15}), u"Ereignisse je 15 Minuten"_s);
    AlertRule rule;
    rule.kind = u"newType"_s;
    QCOMPARE(describe(rule), u"ein neuer Ereignistyp"_s); // a free function with a context of its own
    speak(u"en"_s);
    QCOMPARE(format::rangeName(NamedRange::Day), u"Day"_s);
    QCOMPARE(describe(rule), u"a new event type"_s);
}

void LanguageTest::otherLanguagesGetTheirDates()
{
    const QLocale before;
    speak(u"de"_s);
    QCOMPARE(QLocale().language(), QLocale::German);
    const QString day = format::dateName(QDate(2026, 11, 23), true);
    QVERIFY2(day.startsWith(u"Mo"_s) && day.contains(u"23. Nov"_s) && day.endsWith(u"2026"_s), qPrintable(day));
    QLocale::setDefault(before);
}

void LanguageTest::windowFits_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QSize>("size");
    QTest::newRow("English") << u"en"_s << QSize(1280, 800);
    QTest::newRow("German") << u"de"_s << QSize(1280, 800);
    QTest::newRow("English, smallest") << u"en"_s << QSize(1024, 640);
    QTest::newRow("German, smallest") << u"de"_s << QSize(1024, 640);
}

void LanguageTest::windowFits()
{
    QFETCH(QString, language);
    QFETCH(QSize, size);
    const QLocale before;
    speak(language);
    Session session{Settings()};
    MainWindow window(&session);
    window.resize(size);
    window.show();
    FakeFeed feed;
    Q_EMIT session.feedChanged(&feed);
    LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const QList<Cell> cells{{now / 1000 - 2, cube.intern({u"page_view"_s, u"home"_s, u"chrome"_s}), 123'456},
                            {now / 1000 - 90'000, cube.intern({u"log"_s, u"settings"_s, u"edge"_s}), 2'345'678},
                            {now / 1000 - 30 * 86'400, cube.intern({u"log"_s, u"settings"_s, u"edge"_s}), 1'234}};
    cube.add(cells);
    feed.live();
    LiveUsers users;
    for (int user = 0; user < 3'000; ++user) // too many to be counted one by one
        users.add(now / 1000 - 2 - user % 2 * 90'000, userHash(QString::number(user)));
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.serverTimeMs = now;
    snapshot.totals = {cube.totalEvents(), 12'345};
    snapshot.cube = cube.snapshot();
    snapshot.users = users.snapshot();
    feed.say(snapshot);
    // Every range, and a comparison: other words on the cards.
    for (int key = Qt::Key_1; key <= Qt::Key_7; ++key) {
        QTest::keyClick(&window, Qt::Key(key));
        for (int comparison = 0; comparison < 3; ++comparison) {
            QTest::keyClick(&window, Qt::Key_C);
            QTest::qWait(30);
            const QStringList cut = cutOff(window);
            QCOMPARE(window.width(), size.width()); // nothing pushed it wider
            QVERIFY2(cut.isEmpty(), qPrintable(u"range %1: "_s.arg(key - Qt::Key_0) + cut.join(u", "_s)));
        }
    }
    Q_EMIT session.feedChanged(nullptr);
    QLocale::setDefault(before);
}

QTEST_MAIN(LanguageTest)
#include "tst_language.moc"
