#include "app/account/accountphase.h"

#include <QSet>
#include <QTest>

#include <array>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

using Phase = AccountPhase;
using Event = AccountEvent;

constexpr std::array kPhases{Phase::New,    Phase::Looking, Phase::Waiting,  Phase::Resuming,
                             Phase::Nobody, Phase::Token,   Phase::LoggedIn, Phase::Refreshing};
constexpr std::array kEvents{Event::Asked,          Event::FoundNothing, Event::FoundToken,
                             Event::LoginChosen,    Event::TokenGiven,   Event::RefreshBegan,
                             Event::RefreshStopped, Event::TokensCame,   Event::LoginEnded};
constexpr std::optional<Phase> kStays = std::nullopt; // the event means nothing there

// One row a phase, in the order of kEvents.
struct Row {
    Phase phase;
    std::array<std::optional<Phase>, kEvents.size()> next;
};
const std::array<Row, kPhases.size()> kTable{{
    {Phase::New,
     {Phase::Looking, kStays, kStays, Phase::Waiting, Phase::Token, kStays, Phase::Looking, Phase::LoggedIn,
      Phase::Nobody}},
    {Phase::Looking,
     {kStays, Phase::Nobody, Phase::Token, Phase::Waiting, Phase::Token, kStays, Phase::Looking, Phase::LoggedIn,
      Phase::Nobody}},
    {Phase::Waiting,
     {kStays, kStays, kStays, Phase::Waiting, Phase::Token, Phase::Resuming, Phase::Waiting, Phase::LoggedIn,
      Phase::Nobody}},
    {Phase::Resuming,
     {kStays, kStays, kStays, Phase::Waiting, Phase::Token, kStays, Phase::Waiting, Phase::LoggedIn, Phase::Nobody}},
    {Phase::Nobody,
     {kStays, kStays, kStays, Phase::Waiting, Phase::Token, kStays, Phase::Nobody, Phase::LoggedIn, Phase::Nobody}},
    {Phase::Token,
     {kStays, kStays, kStays, Phase::Waiting, Phase::Token, kStays, Phase::Token, Phase::LoggedIn, Phase::Nobody}},
    {Phase::LoggedIn,
     {kStays, kStays, kStays, Phase::Waiting, Phase::Token, Phase::Refreshing, Phase::LoggedIn, Phase::LoggedIn,
      Phase::Nobody}},
    {Phase::Refreshing,
     {kStays, kStays, kStays, Phase::Waiting, Phase::Token, kStays, Phase::LoggedIn, Phase::LoggedIn, Phase::Nobody}},
}};

} // namespace

class AccountPhaseTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eachEventLeadsWhereTheTableSays();
    void allPhasesAreReachedAndNoneLeadsBackToNew();
    void onlyAnotherLoginTakesReadinessAway();
    void onlyOneRefreshIsOnItsWay();
};

void AccountPhaseTest::eachEventLeadsWhereTheTableSays()
{
    for (std::size_t i = 0; i < kPhases.size(); ++i) {
        QCOMPARE(int(kTable[i].phase), int(kPhases[i]));
        for (std::size_t e = 0; e < kEvents.size(); ++e)
            QVERIFY2(next(kPhases[i], kEvents[e]) == kTable[i].next[e],
                     qPrintable(u"phase %1, event %2"_s.arg(QString::number(i), QString::number(e))));
    }
}

void AccountPhaseTest::allPhasesAreReachedAndNoneLeadsBackToNew()
{
    QSet<Phase> reached{Phase::New};
    for (qsizetype before = 0; before != reached.size();) {
        before = reached.size();
        const QSet<Phase> known = reached;
        for (const Phase phase : known)
            for (const Event event : kEvents)
                if (const auto to = next(phase, event)) {
                    QVERIFY(*to != Phase::New);
                    reached.insert(*to);
                }
    }
    QCOMPARE(reached.size(), qsizetype(kPhases.size()));
}

void AccountPhaseTest::onlyAnotherLoginTakesReadinessAway()
{
    for (const Phase phase : kPhases)
        for (const Event event : kEvents)
            if (const auto to = next(phase, event); to && isReady(phase) && !isReady(*to))
                QCOMPARE(int(event), int(Event::LoginChosen));
}

void AccountPhaseTest::onlyOneRefreshIsOnItsWay()
{
    for (const Phase phase : {Phase::Resuming, Phase::Refreshing}) {
        QVERIFY(!next(phase, Event::RefreshBegan));
        QVERIFY(next(*next(phase, Event::RefreshStopped), Event::RefreshBegan) == phase);
    }
    for (const Phase phase : {Phase::New, Phase::Looking, Phase::Nobody, Phase::Token})
        QVERIFY(!next(phase, Event::RefreshBegan)); // there is no login to refresh
}

QTEST_GUILESS_MAIN(AccountPhaseTest)
#include "tst_accountphase.moc"
