#pragma once

#include "core/ingest/eventparser.h"

#include <QSet>
#include <vector>

namespace entvas {

// Takes the parser's events for one metadata object and keeps it as compact JSON with the sender's digits. Also picks
// the values that are counted live. Reused from event to event, so that it allocates little.
class MetadataWriter
{
public:
    explicit MetadataWriter(const ParseRules &rules);

    // The object itself has begun.
    void begin();
    void key(QByteArrayView utf8);
    void string(QByteArrayView utf8);
    void number(QByteArrayView digits);
    void literal(QByteArrayView text, bool isNull);
    void open(bool isArray);
    void close();

    // Set once the object is too large or too deep: whatever follows inside it is to be skipped.
    bool isFull() const { return m_full; }
    const QByteArray &text() const { return m_text; }
    // One value per dimension, empty where the object has none.
    const QStringList &values() const { return m_values; }
    const QList<FieldError> &errors() const { return m_errors; }

private:
    struct Level {
        bool isArray = false;
        qsizetype items = 0;
        QByteArray key;                                    // the last one
        std::vector<std::pair<qsizetype, qsizetype>> keys; // where in the text; for few
        QSet<QByteArray> manyKeys;                         // for many
    };
    static constexpr std::size_t kFewKeys = 16;

    void beforeValue();
    bool isRepeated(Level &level, qsizetype from, qsizetype length);
    void setDimension(const QString &value);
    void fail(const QString &what, const QString &type, bool atPath = true);
    void checkSize();

    const ParseRules &m_rules;
    std::vector<QByteArray> m_dimensions; // UTF-8
    std::vector<Level> m_levels;
    std::size_t m_depth = 0; // levels in use
    int m_dimension = -1;    // that the current top-level key names
    bool m_full = false;
    QByteArray m_text;
    QStringList m_values;
    QList<FieldError> m_errors;
};

// The value of a dimension, cut at `maxChars` but never inside a character.
QString cutDimension(const QString &value, int maxChars);
// A sender's text for an error message: bounded.
QString excerpt(const QString &text);

} // namespace entvas
