#pragma once

#include "core/wire/wire.h"

#include <memory>

class QWebSocket;

namespace entvas {

// A message to several clients: encoded once per format, when the first client of that format needs it. Lives in the
// server's thread.
class OutMessage
{
public:
    static constexpr qsizetype kPackFromBytes = 16 * 1024;

    explicit OutMessage(wire::ServerMessage message) : m_message(std::move(message)) {}

    // JSON as one text message, CBOR as one binary message; `packed`: CBOR that gzip makes much smaller as gzip.
    // Returns the payload's bytes.
    qint64 sendTo(QWebSocket &socket, wire::Format format, bool packed = false) const;

    // As sent; for one who is no socket.
    QByteArray bytes(wire::Format format) const { return wire::encode(m_message, format); }

private:
    wire::ServerMessage m_message;
    mutable QString m_text; // JSON, as QWebSocket wants it
    mutable qint64 m_textBytes = 0;
    mutable QByteArray m_cbor;
    mutable QByteArray m_packed;
};
using OutMessagePtr = std::shared_ptr<const OutMessage>;

} // namespace entvas
