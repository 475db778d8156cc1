#include "server/outmessage.h"

#include <QWebSocket>

namespace entvas {

qint64 OutMessage::sendTo(QWebSocket &socket, wire::Format format) const
{
    switch (format) {
    case wire::Format::Json:
        if (m_text.isEmpty()) {
            const QByteArray json = wire::encode(m_message, wire::Format::Json);
            m_text = QString::fromUtf8(json);
            m_textBytes = json.size();
        }
        socket.sendTextMessage(m_text);
        return m_textBytes;
    case wire::Format::Cbor:
        if (m_cbor.isEmpty())
            m_cbor = wire::encode(m_message, wire::Format::Cbor);
        socket.sendBinaryMessage(m_cbor);
        return m_cbor.size();
    }
    return 0;
}

} // namespace entvas
