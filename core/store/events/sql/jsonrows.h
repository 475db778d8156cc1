#pragma once

#include "core/model/event.h"

#include <QString>
#include <QStringView>

namespace entvas {

// Rows as one JSON array of flat objects: a whole batch travels to the database as one parameter. Text is escaped so
// that nothing in it can end the string or the statement; lone surrogates and U+0000 stay visible as escapes, so that
// the database refuses them instead of changing or cutting the text.
class JsonRows
{
public:
    void begin();
    void add(char16_t name, QStringView text);
    void add(char16_t name, qint64 number);
    void addNull(char16_t name);
    void end();

    qsizetype size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }
    QString text() const { return m_text + u']'; }

private:
    void addName(char16_t name);

    QString m_text = QStringLiteral("[");
    qsizetype m_size = 0;
    bool m_firstField = true;
};

// An event's id as it is stored: lower case, without braces, so that ids are ordered as their texts are.
QString idText(const QUuid &id);

// The series as a JSON object, always the same text for the same key and names:
// {"eventType":"page_view","page":"home"}. `dimensions` names the key's values; empty ones are left out, the first
// excepted.
QString seriesText(const SeriesKey &key, const QStringList &dimensions);
// By name: what the text lacks is empty, what `dimensions` lacks is dropped. An array holds the values of event type,
// page and browser, as the first version wrote them.
SeriesKey seriesFromText(const QString &text, const QStringList &dimensions);
// The first 8 bytes of SHA-256 of the UTF-8 text, big-endian, as a signed number.
qint64 seriesId(const QString &seriesText);

} // namespace entvas
