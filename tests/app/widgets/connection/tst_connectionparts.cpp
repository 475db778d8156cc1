#include "app/board/board.h"
#include "app/session/session.h"
#include "app/widgets/connection/connectiontext.h"
#include "app/widgets/connection/placetext.h"
#include "app/widgets/connection/projectbutton.h"
#include "core/base/clock.h"
#include "tests/app/fakefeed.h"

#include <QMenu>
#include <QStandardPaths>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

// What a window says of its server, part by part.
class ConnectionPartsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void everyTroubleHasWordsAndAWayOn();
    void theAgeIsSaidOfNumbersThatAreSeen();
    void projectsAreOfferedWhileThereIsAChoice();
};

void ConnectionPartsTest::everyTroubleHasWordsAndAWayOn()
{
    using Kind = FeedState::Kind;
    FeedState state;
    for (const Kind kind : {Kind::Live, Kind::Connecting}) {
        state.kind = kind;
        QVERIFY(connectionText(state, u"a.example"_s, std::nullopt, 0).isEmpty());
    }
    state.reason = u"Because."_s;
    for (const Kind kind : {Kind::Stale, Kind::Lost, Kind::Refused, Kind::NoProject, Kind::Incompatible}) {
        state.kind = kind;
        const ConnectionText text = connectionText(state, u"a.example"_s, std::nullopt, 0);
        QVERIFY(!text.headline.isEmpty() && !text.action.isEmpty());
        QVERIFY2(text.text.startsWith(u"Because."_s), qPrintable(text.text));
    }
    const ConnectionText stranded = strandedText(u"Taken."_s, std::nullopt);
    QVERIFY(!stranded.headline.isEmpty() && !stranded.otherAction.isEmpty());
    QCOMPARE(stranded.text, u"Taken."_s);
}

void ConnectionPartsTest::theAgeIsSaidOfNumbersThatAreSeen()
{
    FeedState state;
    state.kind = FeedState::Kind::Lost;
    state.reason = u"Gone."_s;
    const ConnectionText before = connectionText(state, u"a.example"_s, std::nullopt, 5'000);
    QVERIFY(before.headline.contains(u"a.example"_s));
    QVERIFY2(before.text.startsWith(u"Gone. "_s) && before.text.contains(u"5 s"_s), qPrintable(before.text));
    const ConnectionText after = connectionText(state, u"a.example"_s, 12'000, -1);
    QVERIFY(after.headline != before.headline);
    QVERIFY2(after.text.startsWith(u"Gone. "_s) && after.text.contains(u"12 s"_s), qPrintable(after.text));
}

void ConnectionPartsTest::projectsAreOfferedWhileThereIsAChoice()
{
    Session session{Result<Settings>(Settings())};
    SystemClock clock;
    Board board(clock);
    QWidget window; // the button is shown with it
    ProjectButton button(&session, board, &window);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.live();
    wire::Hello hello;
    hello.projects = {{u"default"_s, {}}};
    feed.say(hello);
    feed.snapshot(LiveCube(), QDateTime::currentMSecsSinceEpoch());
    QVERIFY(button.isHidden());
    hello.projects = {{u"default"_s, {}}, {u"shop"_s, u"The & shop"_s}};
    feed.say(hello);
    QVERIFY(!button.isHidden());
    QCOMPARE(button.text(), projectName(board));
    Q_EMIT button.menu()->aboutToShow();
    QCOMPARE(button.menu()->actions().size(), 2);
    QVERIFY(button.menu()->actions().first()->isChecked());
    QCOMPARE(button.menu()->actions().last()->text(), u"The && shop"_s);
    board.setFeed(nullptr);
    QVERIFY(button.isHidden());
}

QTEST_MAIN(ConnectionPartsTest)
#include "tst_connectionparts.moc"
