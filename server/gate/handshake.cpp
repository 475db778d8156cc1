#include "server/gate/handshake.h"

#include "server/http/reply.h"

#include <algorithm>

namespace entvas {
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kWebSocketKeyBytes = 16;

} // namespace

std::optional<HttpReply> checkHandshake(const HttpRequest &request)
{
    if (request.header("sec-websocket-version") != "13") {
        HttpReply reply = errorReply(426, u"Only WebSocket version 13 is spoken here"_s);
        reply.headers.emplaceBack("Sec-WebSocket-Version", "13");
        return reply;
    }
    for (const QByteArrayView name : {QByteArrayView("sec-websocket-key"), QByteArrayView("sec-websocket-version")})
        if (std::count_if(request.headers.cbegin(), request.headers.cend(),
                          [&](const HttpHeader &header) { return header.first == name; }) > 1)
            return errorReply(400, u"A WebSocket upgrade has one %1 header"_s.arg(QLatin1StringView(name)));
    const auto key =
        QByteArray::fromBase64Encoding(request.header("sec-websocket-key"), QByteArray::AbortOnBase64DecodingErrors);
    if (!key || key.decoded.size() != kWebSocketKeyBytes)
        return errorReply(400, u"Sec-WebSocket-Key must hold 16 bytes in base64"_s);
    return std::nullopt;
}

} // namespace entvas
