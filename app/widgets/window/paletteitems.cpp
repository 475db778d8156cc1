#include "app/widgets/window/paletteitems.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/session/session.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/window/windowviews.h"

#include <QAction>
#include <QTimeZone>

namespace entvas {

using namespace Qt::StringLiterals;

using Items = QList<CommandPalette::Item>;

namespace {

constexpr int kMostValues = 30; // of each dimension

} // namespace

Items PaletteItems::all() const
{
    Items items = ofActions() + ofViews() + ofProjects() + ofServers() + ofDimensions();
    for (int d = 0; d < board.frame().dimensions.size(); ++d)
        items += ofValues(d);
    return items + ofZones();
}

Items PaletteItems::ofActions() const
{
    Items items;
    for (const Actions::Group &group : actions.groups()) {
        for (QAction *action : group.actions) {
            if (action->isEnabled() && action->objectName() != u"palette"_s)
                items.append({action->objectName(), group.title, Actions::textOf(action), Actions::keysOf(action),
                              action->isCheckable() && action->isChecked(), [action] { action->trigger(); }});
        }
    }
    return items;
}

Items PaletteItems::ofViews() const
{
    Items items;
    for (const QString &name : views->names())
        items.append({u"view:"_s + name, tr("View"), name, {}, name == views->name(), [to = views, name] {
                          to->showSaved(name);
                      }});
    return items;
}

Items PaletteItems::ofProjects() const
{
    Items items;
    if (board.projects().size() < 2)
        return items;
    for (const wire::Project &project : board.projects())
        items.append({u"project:"_s + project.id,
                      tr("Project"),
                      project.name.isEmpty() ? project.id : project.name,
                      {},
                      project.id == board.project(),
                      [to = session, id = project.id] { to->showProject(id); }});
    return items;
}

Items PaletteItems::ofServers() const
{
    Items items;
    for (const QUrl &url : session->recentServers())
        items.append({u"server:"_s + url.toString(),
                      tr("Server"),
                      url.toString(),
                      {},
                      url == session->serverUrl(),
                      [to = session, url] { to->connectTo(url, {}); }});
    return items;
}

Items PaletteItems::ofDimensions() const
{
    Items items;
    const BoardFrame &frame = board.frame();
    for (int d = 0; d < frame.dimensions.size(); ++d) {
        const QString dimension = frame.dimensions[d];
        items.append({u"by:"_s + dimension,
                      tr("Group by"),
                      dimensionName(dimension),
                      {},
                      d == frame.groupBy,
                      [&to = board, d, dimension] { to.setGroupBy(d == 0 ? QString() : dimension); }});
    }
    return items;
}

Items PaletteItems::ofValues(int d) const
{
    Items items;
    const BoardFrame &frame = board.frame();
    if (frame.grid.size() == 0)
        return items;
    const QString dimension = frame.dimensions[d];
    const TimeGrid whole{frame.grid.step, {frame.grid.edgesMs.first(), frame.grid.edgesMs.last()}};
    const CubeAnswer answer = query(board.cube(), {whole, d, kMostValues, {}});
    for (const CubeGroup &value : answer.groups) {
        const ValueFilter only{{value.name}, false};
        if (!value.isRest)
            items.append({{},
                          tr("Filter to this %1").arg(dimensionName(dimension)),
                          shownName(value.name),
                          {},
                          frame.choice.filter.value(dimension) == only,
                          [&to = board, dimension, name = value.name] {
                              BoardChoice choice = to.choice();
                              choice.toggle(dimension, name);
                              to.choose(choice);
                          }});
    }
    return items;
}

Items PaletteItems::ofZones() const
{
    Items items;
    const QList<QByteArray> zones = QTimeZone::availableTimeZoneIds();
    for (const QByteArray &id : zones)
        items.append({{}, tr("Time zone"), QString::fromLatin1(id), {}, id == board.zone().id(), [&to = board, id] {
                          to.setZone(QTimeZone(id));
                      }});
    return items;
}

} // namespace entvas
