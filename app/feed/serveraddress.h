#pragma once

#include "core/base/result.h"

#include <QUrl>

namespace entvas {

// An address that a desktop can connect to: http or https, a host, no user, no query. "host:8000" means http.
Result<QUrl> parseServerUrl(const QString &text);

// The machine that we run on: localhost, 127.0.0.0/8 or ::1.
bool isLoopback(const QUrl &server);
// A secret may travel there: encrypted, or without leaving this machine.
bool isPrivateWay(const QUrl &server);
// We connect there: so, or because we know the machine, or because a person allows plain http for this server.
bool mayGo(const QUrl &server, bool sameMachine, bool allowsHttp);
// http(s)://host:port -> ws(s)://host:port/ws?format=cbor
QUrl socketUrl(const QUrl &server);
QUrl webhookUrl(const QUrl &server);

} // namespace entvas
