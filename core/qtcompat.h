#pragma once

#include <QtGlobal>
#include <utility>

// How Qt 6.4 (Debian 12) and Qt 6.8 (Debian 13) differ for more than one layer. What concerns QHttpServer alone is in
// server/qtcompat.h. Templates, so that core needs none of the modules that this is about.
namespace entvas::qtcompat {

// The signal by which a QWebSocket tells an error; renamed in Qt 6.5.
template <class WebSocket>
constexpr auto webSocketError()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return &WebSocket::errorOccurred;
#else
    using Error = decltype(std::declval<const WebSocket &>().error());
    return static_cast<void (WebSocket::*)(Error)>(&WebSocket::error);
#endif
}

} // namespace entvas::qtcompat
