#pragma once

#include "core/wire.h"

#include <QList>
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
    explicit StreamFilter(const QString &line);

    bool isEmpty() const { return m_terms.isEmpty(); }
    bool matches(const wire::TailEvent &event) const;
    const QString &line() const { return m_line; }
    bool operator==(const StreamFilter &other) const { return m_line == other.m_line; }

private:
    enum class Field { Anywhere, Type, User, Id, Metadata };
    struct Term {
        Field field = Field::Anywhere;
        QStringList path; // of a metadata key
        QString value;
        bool isExact = false;
        bool isNegated = false;
    };
    static bool holds(const Term &term, const QString &text);
    static bool holdsInMetadata(const Term &term, const QByteArray &metadata);

    QString m_line;
    QList<Term> m_terms;
};

} // namespace entvas
