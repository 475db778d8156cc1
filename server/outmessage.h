#pragma once

#include "core/wire.h"

#include <memory>

class QWebSocket;

namespace entvas {

// A message to several clients: encoded once per format, when the first client of that format needs it. Lives in the
// server's thread.
class OutMessage
{
public:
    explicit OutMessage(wire::ServerMessage message) : m_message(std::move(message)) {}

    // JSON as one text message, CBOR as one binary message. Returns the payload's bytes.
    qint64 sendTo(QWebSocket &socket, wire::Format format) const;

    // As sent; for one who is no socket.
    QByteArray bytes(wire::Format format) const { return wire::encode(m_message, format); }

private:
    wire::ServerMessage m_message;
    mutable QString m_text; // JSON, as QWebSocket wants it
    mutable qint64 m_textBytes = 0;
    mutable QByteArray m_cbor;
};
using OutMessagePtr = std::shared_ptr<const OutMessage>;

} // namespace entvas
