#pragma once

#include <optional>
#include <QByteArray>

namespace entvas {

// Codes that a WebSocket closes with (RFC 6455, section 7.4.1).
inline constexpr quint16 kProtocolError = 1002;
inline constexpr quint16 kPolicyViolated = 1008;
inline constexpr quint16 kTooMuchData = 1009;

// Reads what a WebSocket client sends (RFC 6455, section 5), in pieces of any size. QWebSocket is more lenient than the
// RFC and bounds nothing it answers, so that it only sees what has passed here: messages whole, however many frames
// they came in. A value without a thread.
class FrameReader
{
public:
    enum class Opcode : quint8 { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };
    static constexpr int kMaxFrames = 4'096; // of one message: each costs time, an empty one nothing to send

    explicit FrameReader(qint64 maxMessageBytes) : m_maxMessageBytes(maxMessageBytes) {}

    struct Message {
        Opcode opcode = Opcode::Text; // never Continuation
        QByteArray payload;           // unmasked
    };
    // The next whole message, or none before more bytes have come. Reads `input` from `at` on and moves `at`. After a
    // failure there is none any more.
    std::optional<Message> next(QByteArrayView input, qsizetype &at);

    struct Failure {
        quint16 closeCode = 0;
        const char *text = nullptr;
    };
    const std::optional<Failure> &failure() const { return m_failure; }
    // Held of a message whose end has not come.
    qint64 heldBytes() const { return m_message.payload.size() + m_control.payload.size(); }

private:
    bool readHead(QByteArrayView input, qsizetype &at); // false: not all there, or failed
    bool checkHead(quint8 first, quint8 second);
    bool fail(quint16 closeCode, const char *text); // always false
    QByteArray &payload() { return m_isControl ? m_control.payload : m_message.payload; }

    qint64 m_maxMessageBytes;
    std::optional<Failure> m_failure;
    QByteArray m_head; // of the frame that is being read, until it is whole
    bool m_isInFrame = false;
    bool m_isLast = false; // frame of its message
    bool m_isControl = false;
    bool m_isInMessage = false; // a data message whose last frame has not come
    int m_frames = 0;           // of it
    quint64 m_left = 0;         // of the payload of the frame
    std::size_t m_maskAt = 0;
    char m_mask[4] = {};
    Message m_message;
    Message m_control;
};

} // namespace entvas
