#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace entvas {

// RapidJSON's writer for Qt's strings: compact JSON in UTF-8, members in the order in which they are written. For
// sources only: rapidjson stays out of headers.
class JsonWriter
{
public:
    void beginObject() { m_writer.StartObject(); }
    void endObject() { m_writer.EndObject(); }
    void beginArray() { m_writer.StartArray(); }
    void endArray() { m_writer.EndArray(); }
    void key(QByteArrayView name) { m_writer.Key(name.data(), rapidjson::SizeType(name.size())); }
    void string(const QByteArray &utf8) { m_writer.String(utf8.constData(), rapidjson::SizeType(utf8.size())); }
    void string(const QString &text) { string(text.toUtf8()); }
    void number(qint64 value) { m_writer.Int64(value); }
    // One whole value as it is, so that a sender's digits stay.
    void raw(QByteArrayView json) { m_writer.RawValue(json.data(), std::size_t(json.size()), rapidjson::kObjectType); }

    template <class Text>
    void string(QByteArrayView name, const Text &text)
    {
        key(name);
        string(text);
    }
    void number(QByteArrayView name, qint64 value)
    {
        key(name);
        number(value);
    }
    void raw(QByteArrayView name, QByteArrayView json)
    {
        key(name);
        raw(json);
    }

    qsizetype size() const { return qsizetype(m_buffer.GetSize()); }
    QByteArray take() const { return QByteArray(m_buffer.GetString(), size()); }

private:
    rapidjson::StringBuffer m_buffer;
    rapidjson::Writer<rapidjson::StringBuffer> m_writer{m_buffer};
};

} // namespace entvas
