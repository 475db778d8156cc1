#pragma once

#include <charconv>
#include <QByteArray>
#include <QString>

namespace entvas::wire {

// Writes JSON text. Has the same functions as CborWriter, so that each message is described once. Sizes of maps and
// arrays are given ahead, as CBOR wants them.
class JsonWriter
{
public:
    explicit JsonWriter(QByteArray &out) : m_out(out) {}
    void map(qsizetype) { open('{'); }
    void endMap() { close('}'); }
    void array(qsizetype) { open('['); }
    void endArray() { close(']'); }
    void key(const char *name)
    {
        comma();
        m_out.append('"').append(name).append("\":");
        m_first = true; // no comma between a key and its value
    }
    void value(qint64 number)
    {
        comma();
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        m_out.append(digits, end - digits);
    }
    void value(bool on)
    {
        comma();
        m_out.append(on ? "true" : "false");
    }
    void value(const QString &text)
    {
        comma();
        m_out.append('"');
        const QByteArray utf8 = text.toUtf8();
        for (const char c : utf8) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte == '"' || byte == '\\') {
                m_out.append('\\').append(c);
            } else if (byte < 0x20) {
                constexpr char kHex[] = "0123456789abcdef";
                m_out.append("\\u00").append(kHex[byte >> 4]).append(kHex[byte & 15]);
            } else {
                m_out.append(c);
            }
        }
        m_out.append('"');
    }
    void bytes(const QByteArray &bytes)
    {
        comma();
        m_out.append('"').append(bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
        m_out.append('"');
    }
    // Whether object() lets a reader see the digits of each number as they are written.
    bool keepsNumbers(const QByteArray &) const { return true; }
    // A JSON object as text; empty stands for {}.
    void object(const QByteArray &json)
    {
        comma();
        m_out.append(json.isEmpty() ? QByteArrayLiteral("{}") : json);
    }

private:
    void comma()
    {
        if (!m_first)
            m_out.append(',');
        m_first = false;
    }
    void open(char bracket)
    {
        comma();
        m_out.append(bracket);
        m_first = true;
    }
    void close(char bracket)
    {
        m_out.append(bracket);
        m_first = false;
    }
    QByteArray &m_out;
    bool m_first = true;
};

} // namespace entvas::wire
