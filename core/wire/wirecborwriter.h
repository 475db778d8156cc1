#pragma once

#include "core/base/jsonvalue.h"

#include <QByteArray>
#include <QCborStreamWriter>
#include <QCborValue>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace entvas::wire {

// Writes CBOR; see JsonWriter.
class CborWriter
{
public:
    explicit CborWriter(QByteArray &out) : m_writer(&out) {}
    void map(qsizetype keys) { m_writer.startMap(quint64(keys)); }
    void endMap() { m_writer.endMap(); }
    void array(qsizetype size) { m_writer.startArray(quint64(size)); }
    void endArray() { m_writer.endArray(); }
    void key(const char *name) { m_writer.append(QLatin1String(name)); }
    void value(qint64 number) { m_writer.append(number); }
    void value(bool on) { m_writer.append(on); }
    void value(const QString &text) { m_writer.append(QStringView(text)); }
    void bytes(const QByteArray &bytes) { m_writer.append(bytes); }
    bool keepsNumbers(const QByteArray &json) const { return json::areNumbersPlain(json); }
    void object(const QByteArray &json)
    {
        QCborValue::fromJsonValue(QJsonDocument::fromJson(json).object()).toCbor(m_writer);
    }

private:
    QCborStreamWriter m_writer;
};

} // namespace entvas::wire
