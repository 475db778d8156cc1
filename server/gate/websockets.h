#pragma once

#include <QHostAddress>

class QWebSocket;

namespace entvas {

// Whose a WebSocket of the front is: its peer as far as trusted proxies say.
QHostAddress clientOf(const QWebSocket &socket);
// Writes what the system takes; false when it takes nothing. QWebSocket's own flush() knows no socket of ours.
bool flushNow(QWebSocket &socket);

} // namespace entvas
