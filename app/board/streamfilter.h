#pragma once

#include "app/feed/eventchoice.h"
#include "core/cube/cubeview.h"
#include "core/wire/wire.h"

#include <QList>
#include <QMap>
#include <QString>

namespace entvas {

// A line that chooses raw events, all of its terms at once:
//   type:view       the type contains "view", whatever the case     type=page_view   it is exactly that
//   user:42  id:…   the same for the user and the event's id
//   page:home       the value under this metadata key; a.b goes into an object
//   checkout        appears anywhere: type, user, id or metadata
//   "free text"     quotes keep blanks together, also in page:"my page"
//   -browser:chrome not this
// Anything can be typed: what is no term is text to look for.
class StreamFilter
{
public:
    static constexpr qsizetype kMostTerms = 32;

    StreamFilter() = default;
    // `values`: rules by dimension that hold besides, as for what the window counts.
    explicit StreamFilter(const QString &line, const QMap<QString, ValueFilter> &values = {});

    bool isEmpty() const { return m_terms.isEmpty() && m_values.isEmpty(); }
    bool matches(const wire::TailEvent &event) const;
    const QString &line() const { return m_line; }
    // The part that the server can do by itself.
    EventChoice choice() const;
    // Nothing is left to do beside it.
    bool isChoiceOnly() const;
    bool operator==(const StreamFilter &other) const { return m_line == other.m_line && m_values == other.m_values; }

private:
    enum class Field { Anywhere, Type, User, Id, Metadata };
    struct Term {
        Field field = Field::Anywhere;
        QStringList path; // of a metadata key
        QString value;
        bool isExact = false;
        bool isNegated = false;
    };
    bool isOnServer(const Term &term) const;
    bool valuesPass(const wire::TailEvent &event) const;
    static bool holds(const Term &term, const QString &text);
    static bool holdsInMetadata(const Term &term, const QByteArray &metadata);

    QString m_line;
    QList<Term> m_terms;
    QMap<QString, ValueFilter> m_values;
};

} // namespace entvas
