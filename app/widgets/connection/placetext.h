#pragma once

#include <QString>

class QUrl;

namespace entvas {

class Board;
class Session;

// How a window calls what it shows, in one line each.
QString serverName(const QUrl &server); // host, with its port where that is given; empty = none
QString projectName(const Board &board);
QString placeOf(const Session &session, const Board &board, const QString &view); // view, project and server

} // namespace entvas
