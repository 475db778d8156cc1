#include "app/board/board.h"
#include "app/board/layout/openedpanels.h"
#include "app/board/layout/panels.h"
#include "app/theme/theme.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/desk/paneltypes.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/dock/panelarea.h"
#include "core/base/clock.h"

#include <QAction>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

// A panel has one row in app/board/layout/panels.cpp and one in app/widgets/desk/paneltypes.cpp; all else follows.
class PanelTypesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bothHalvesNameTheSamePanels();
    void homesAreBesidePanelsThatThereAre();
    void everyPanelIsMadeAndOffered();
};

void PanelTypesTest::bothHalvesNameTheSamePanels()
{
    QStringList types{kNumbersPanel}; // its cards are more than a row can say
    for (const PanelType &type : panelTypes()) {
        QVERIFY(!type.title.isEmpty() && !type.least.isEmpty() && type.comfortable > 0);
        types.append(type.id);
    }
    QStringList places;
    for (const PanelPlace &place : panelPlaces())
        places.append(place.id);
    QCOMPARE(types, places);
    QCOMPARE(places, panelNames());
    QCOMPARE(QSet<QString>(places.cbegin(), places.cend()).size(), places.size());
}

void PanelTypesTest::homesAreBesidePanelsThatThereAre()
{
    for (const PanelPlace &place : panelPlaces()) {
        for (const PanelPlace::Home &home : place.homes) {
            QVERIFY2(home.beside.isEmpty() || panelNames().contains(home.beside), qPrintable(place.id));
            QVERIFY2(home.beside != place.id, qPrintable(place.id));
        }
        for (const bool wide : {true, false}) {
            const LayoutNode without = removed(defaultLayout(wide), place.id);
            QVERIFY2(panelsOf(withPanel(without, place.id)).contains(place.id), qPrintable(place.id));
        }
    }
}

void PanelTypesTest::everyPanelIsMadeAndOffered()
{
    ManualClock clock(1'753'000'000'000);
    Board board(clock);
    Theme theme;
    Desk desk(board, theme);
    desk.resize(1'400, 900);
    QCOMPARE(desk.docking()->toggles().size(), panelNames().size());
    for (const PanelType &type : panelTypes()) {
        const Panel *panel = desk.area()->panel(type.id);
        QVERIFY2(panel, qPrintable(type.id));
        QVERIFY2(!panel->title().isEmpty(), qPrintable(type.id));
        desk.docking()->showPanel(type.id);
        QVERIFY2(desk.docking()->isShown(type.id), qPrintable(type.id));
    }
}

QTEST_MAIN(PanelTypesTest)
#include "tst_paneltypes.moc"
