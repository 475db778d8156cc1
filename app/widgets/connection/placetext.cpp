#include "app/widgets/connection/placetext.h"

#include "app/board/board.h"
#include "app/board/text/translation.h"
#include "app/session/session.h"
#include "app/widgets/base/paint.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostProjectChars = 60;

} // namespace

QString serverName(const QUrl &server)
{
    return server.isEmpty() ? QString() : server.host() + (server.port() > 0 ? u":%1"_s.arg(server.port()) : QString());
}

QString projectName(const Board &board)
{
    for (const wire::Project &project : board.projects())
        if (project.id == board.project())
            return paint::oneLine((project.name.isEmpty() ? project.id : project.name).left(kMostProjectChars));
    return board.project().isEmpty() ? tr("default") : paint::oneLine(board.project().left(kMostProjectChars));
}

QString placeOf(const Session &session, const Board &board, const QString &view)
{
    const QString server = session.isLocal() ? tr("this computer") : serverName(session.serverUrl());
    QStringList place{tr("Project %1").arg(projectName(board))};
    if (!view.isEmpty())
        place.prepend(paint::oneLine(view));
    if (!server.isEmpty())
        place << server;
    return place.join(u" · "_s);
}

} // namespace entvas
