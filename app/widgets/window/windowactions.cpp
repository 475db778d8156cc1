#include "app/widgets/window/windowactions.h"

#include "app/board/board.h"
#include "app/board/text/translation.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/stream/streamcard.h"

#include <QAction>
#include <QActionGroup>
#include <QSettings>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kHighlights = u"stream/highlights"_s;
const auto kStreamFilters = u"stream/windowFilters"_s;

} // namespace

void addEventActions(Actions *actions, Board &board, Desk *desk, FilterBar *filters)
{
    actions->beginGroup(tr("Events"));
    actions->add(u"filter.add"_s, tr("Add a filter…"), QKeySequence(Qt::Key_F), [filters] { filters->openAddMenu(); });
    actions->add(u"filter.clear"_s, tr("Remove all filters"), {}, [&board] { board.setFilter({}); });
    actions->add(u"breakdown"_s, tr("Group by…"), QKeySequence(Qt::Key_B), [desk] { desk->openBreakDown(); });
    addFilterSwitch(actions, desk->stream());
    actions->addKey(tr("click"), tr("Filter to this"));
    actions->addKey(tr("Ctrl + click"), tr("Add to filter"));
    actions->addKey(tr("Shift + click"), tr("Exclude"));
}

void addFilterSwitch(Actions *actions, StreamCard *stream)
{
    QAction *use = actions->addSwitch(u"filter.events"_s, tr("Apply the &window's filters to events and their exports"),
                                      {}, [stream](bool on) { stream->setUsesWindowFilters(on); });
    const auto refresh = [use, stream] { use->setChecked(stream->usesWindowFilters()); };
    QObject::connect(stream, &StreamCard::arranged, use, refresh);
    refresh();
}

void addStreamActions(Actions *actions, Board &board, Desk *desk)
{
    actions->beginGroup(tr("Live stream"));
    actions->add(u"stream.search"_s, tr("Search the live stream"), QKeySequence(Qt::Key_Slash),
                 [desk] { desk->searchStream(); });
    actions->add(u"stream.pause"_s, tr("Pause or resume the live stream"), QKeySequence(Qt::Key_P),
                 [stream = desk->stream()] { stream->togglePause(); });
    actions->add(u"stream.stored"_s, tr("Show stored events of the selected bar or the whole range"),
                 QKeySequence(Qt::Key_E), [&board, desk] {
                     const std::optional<TimeSpan> bar = desk->chart()->picked();
                     if (bar || board.frame().grid.size() > 0)
                         desk->showStored(bar ? *bar : board.frame().grid.span());
                 });
    actions->addKey(tr("arrows, Enter"), tr("Choose an event and open it"));
}

void addLayoutActions(Actions *actions, const Docking *docking)
{
    actions->beginGroup(tr("Layout"));
    int number = 0;
    for (QAction *command : docking->commands())
        actions->adopt(u"layout.%1"_s.arg(++number), command);
    actions->addKey(tr("drag a title"), tr("Move a panel beside another one, or onto it as a tab"));
    actions->addKey(tr("drag between panels"), tr("Resize panels"));
    actions->addKey(tr("double click a title"), tr("Maximise the panel, or show all again"));
    actions->beginGroup(tr("Panels"));
    number = 0;
    for (QAction *toggle : docking->toggles())
        actions->adopt(u"panel.%1"_s.arg(++number), toggle);
}

void addThemeActions(Actions *actions, Theme &theme)
{
    const std::pair<ThemeMode, QString> looks[]{{ThemeMode::System, tr("Theme: &system default")},
                                                {ThemeMode::Light, tr("Theme: &light")},
                                                {ThemeMode::Dark, tr("Theme: &dark")},
                                                {ThemeMode::HighContrastLight, tr("Theme: high &contrast, light")},
                                                {ThemeMode::HighContrastDark, tr("Theme: high c&ontrast, dark")}};
    auto *group = new QActionGroup(actions);
    for (const auto &[mode, text] : looks) {
        QAction *action = actions->addSwitch(u"look.%1"_s.arg(int(mode)), text, {},
                                             [&theme, mode = mode](bool) { theme.setMode(mode); });
        group->addAction(action);
        const auto check = [&theme, action, mode = mode] { action->setChecked(theme.mode() == mode); };
        QObject::connect(&theme, &Theme::changed, action, check);
        check();
    }
}

void rememberStream(StreamCard *stream)
{
    stream->setHighlights(QSettings().value(kHighlights).toStringList());
    stream->setUsesWindowFilters(QSettings().value(kStreamFilters, true).toBool());
    QObject::connect(stream, &StreamCard::arranged, stream, [stream] {
        QSettings().setValue(kHighlights, stream->highlights());
        QSettings().setValue(kStreamFilters, stream->usesWindowFilters());
    });
}

} // namespace entvas
