#include "server/live/outmessage.h"

#include "core/file/gzip.h"

#include <QWebSocket>

namespace entvas {

qint64 OutMessage::sendTo(QWebSocket &socket, wire::Format format, bool packed) const
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
        if (packed && m_cbor.size() >= kPackFromBytes) {
            if (m_packed.isEmpty())
                m_packed = gzipped(m_cbor);
            if (!m_packed.isEmpty() && m_packed.size() < m_cbor.size() / 2) {
                socket.sendBinaryMessage(m_packed);
                return m_packed.size();
            }
        }
        socket.sendBinaryMessage(m_cbor);
        return m_cbor.size();
    }
    return 0;
}

} // namespace entvas
