#include "server/gate/framereader.h"

#include <algorithm>
#include <QtEndian>

namespace entvas {

namespace {

constexpr quint8 kControl = 0x08; // of an opcode
constexpr quint64 kMaxControlBytes = 125;
constexpr qsizetype kMaskBytes = 4;

bool isKnown(quint8 opcode)
{
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

} // namespace

bool FrameReader::fail(quint16 closeCode, const char *text)
{
    m_failure = Failure{closeCode, text};
    return false;
}

bool FrameReader::checkHead(quint8 first, quint8 second)
{
    const quint8 opcode = first & 0x0f;
    const bool isLast = first & 0x80;
    if (first & 0x70)
        return fail(kProtocolError, "No extension is in use that these bits could belong to");
    if (!isKnown(opcode))
        return fail(kProtocolError, "This opcode has no meaning");
    if (!(second & 0x80))
        return fail(kProtocolError, "Frames from a client must be masked");
    if (opcode & kControl) {
        if (!isLast || (second & 0x7f) > kMaxControlBytes)
            return fail(kProtocolError, "A control frame is whole and has at most 125 bytes");
    } else if ((opcode == 0) != m_isInMessage) {
        return fail(kProtocolError, "A message continues that never began, or begins within another");
    }
    return true;
}

bool FrameReader::readHead(QByteArrayView input, qsizetype &at)
{
    const auto want = [&](qsizetype size) {
        const qsizetype missing = std::min(size - m_head.size(), input.size() - at);
        if (missing > 0) {
            m_head.append(input.sliced(at, missing));
            at += missing;
        }
        return m_head.size() >= size;
    };
    if (!want(2))
        return false;
    const auto first = quint8(m_head.at(0));
    const auto second = quint8(m_head.at(1));
    if (!checkHead(first, second))
        return false;
    const quint8 length = second & 0x7f;
    const qsizetype lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (!want(2 + lengthBytes))
        return false;
    m_left = length;
    if (lengthBytes == 2)
        m_left = qFromBigEndian<quint16>(m_head.constData() + 2);
    else if (lengthBytes == 8)
        m_left = qFromBigEndian<quint64>(m_head.constData() + 2);
    if ((lengthBytes == 2 && m_left < 126) || (lengthBytes == 8 && (m_left < 0x10000 || m_left >> 63)))
        return fail(kProtocolError, "The length of a frame must be written in as few bytes as it takes");
    m_isControl = first & kControl;
    if (!m_isControl && m_left > quint64(std::max<qint64>(0, m_maxMessageBytes - m_message.payload.size())))
        return fail(kTooMuchData, "The message is too large");
    if (!want(2 + lengthBytes + kMaskBytes))
        return false;
    std::copy_n(m_head.cend() - kMaskBytes, kMaskBytes, m_mask);
    m_maskAt = 0;
    m_isLast = first & 0x80;
    const auto opcode = Opcode(first & 0x0f);
    if (m_isControl) {
        m_control = {opcode, {}};
    } else {
        if (opcode != Opcode::Continuation) {
            m_message = {opcode, {}};
            m_frames = 0;
        }
        if (++m_frames > kMaxFrames)
            return fail(kPolicyViolated, "The message has too many frames");
        m_isInMessage = !m_isLast;
    }
    m_head.clear();
    m_isInFrame = true;
    return true;
}

std::optional<FrameReader::Message> FrameReader::next(QByteArrayView input, qsizetype &at)
{
    while (!m_failure) {
        if (!m_isInFrame && !readHead(input, at))
            return {};
        const auto size = qsizetype(std::min<quint64>(m_left, quint64(input.size() - at)));
        QByteArray &text = payload();
        const qsizetype before = text.size();
        text.append(input.sliced(at, size));
        at += size;
        m_left -= quint64(size);
        for (char *c = text.data() + before, *end = text.data() + text.size(); c != end; ++c)
            *c = char(*c ^ m_mask[m_maskAt++ % sizeof m_mask]);
        if (m_left > 0)
            return {};
        m_isInFrame = false;
        if (m_isControl)
            return std::exchange(m_control, {});
        if (m_isLast)
            return std::exchange(m_message, {});
    }
    return {};
}

} // namespace entvas
