#include "app/board/streamfilter.h"

#include "core/base/jsontext.h"
#include "core/base/jsonvalue.h"
#include "core/ingest/eventparser.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kTypeDimension = u"eventType"_s;
constexpr qsizetype kMostTypeChars = 128;
constexpr qsizetype kMostUserChars = 256;

// A value of JSON as a person would type it: numbers keep their digits.
QString textOf(const json::Value &value)
{
    return value.isScalar() ? value.text : json::fromUtf8(json::compact(value));
}

struct Word {
    QString text;
    qsizetype separator = -1; // of the first ':' or '=' outside of quotes
    bool isNegated = false;
};

// Blanks separate words; quotes are taken off and keep blanks. A quote that is never closed reaches to the end.
QList<Word> wordsOf(const QString &line)
{
    QList<Word> words;
    Word word;
    bool isQuoted = false;
    bool isOpen = false; // a word has begun, if only with a quote
    const auto end = [&] {
        if (!word.text.isEmpty())
            words.append(word);
        word = {};
        isOpen = false;
    };
    for (const QChar c : line) {
        if (c == u'"') {
            isQuoted = !isQuoted;
            isOpen = true;
        } else if (!isQuoted && c.isSpace()) {
            end();
        } else if (c == u'-' && !isOpen && !isQuoted) {
            word.isNegated = true;
            isOpen = true;
        } else {
            if (!isQuoted && (c == u':' || c == u'=') && word.separator < 0 && !word.text.isEmpty())
                word.separator = word.text.size();
            word.text.append(c);
            isOpen = true;
        }
    }
    end();
    return words;
}

} // namespace

StreamFilter::StreamFilter(const QString &line, const QMap<QString, ValueFilter> &values)
    : m_line(line.trimmed()), m_values(values)
{
    m_values.removeIf([](const auto &rule) { return rule.value().values.isEmpty(); });
    for (const Word &word : wordsOf(m_line)) {
        if (m_terms.size() >= kMostTerms)
            break;
        Term term;
        term.isNegated = word.isNegated;
        term.value = word.text;
        if (word.separator > 0) {
            const QString key = word.text.left(word.separator);
            const QString lower = key.toLower();
            term.value = word.text.mid(word.separator + 1);
            term.isExact = word.text[word.separator] == u'=';
            if (lower == u"type"_s || lower == u"eventtype"_s) {
                term.field = Field::Type;
            } else if (lower == u"user"_s || lower == u"userid"_s) {
                term.field = Field::User;
            } else if (lower == u"id"_s || lower == u"eventid"_s) {
                term.field = Field::Id;
            } else {
                term.field = Field::Metadata;
                term.path = key.split(u'.');
            }
        }
        m_terms.append(term);
    }
}

bool StreamFilter::holds(const Term &term, const QString &text)
{
    return term.isExact ? text == term.value : text.contains(term.value, Qt::CaseInsensitive);
}

bool StreamFilter::holdsInMetadata(const Term &term, const QByteArray &metadata)
{
    // Most events that lack the key are told apart without reading them as JSON. A key may be written with escapes.
    if (!metadata.contains(term.path.first().toUtf8()) && !metadata.contains('\\'))
        return false;
    const json::Value whole = json::parse(metadata);
    // A key with dots in its name comes first.
    if (const json::Value &dotted = whole[term.path.join(u'.')]; dotted.kind != json::Value::Kind::Undefined)
        return holds(term, textOf(dotted));
    const json::Value *value = &whole;
    for (const QString &key : term.path)
        value = &(*value)[key];
    return value->kind != json::Value::Kind::Undefined && holds(term, textOf(*value));
}

EventChoice StreamFilter::choice() const
{
    EventChoice choice;
    for (const Term &term : m_terms) {
        if (!isOnServer(term))
            continue;
        QString &wanted = term.field == Field::Type ? choice.type : choice.user;
        if (wanted.isEmpty()) // a second one is checked here, and nothing passes both
            wanted = term.value;
    }
    const ValueFilter types = m_values.value(kTypeDimension);
    // "(other)" is counted under another name than a sender gave it, or stands for many types: decided here.
    const QString type = types.values.size() == 1 && !types.isExcluding ? *types.values.cbegin() : QString();
    if (choice.type.isEmpty() && !type.contains(QStringView(kOther)))
        choice.type = type;
    return choice;
}

bool StreamFilter::isChoiceOnly() const
{
    const EventChoice asked = choice();
    const bool lineIs = std::all_of(m_terms.cbegin(), m_terms.cend(), [&](const Term &term) {
        return isOnServer(term) && term.value == (term.field == Field::Type ? asked.type : asked.user);
    });
    const bool valuesAre = m_values.isEmpty() || (m_values.size() == 1 && m_values.firstKey() == kTypeDimension &&
                                                  m_values.first() == ValueFilter{{asked.type}, false});
    return lineIs && valuesAre;
}

// As long as a type or a user can be: the server refuses to look for more.
bool StreamFilter::isOnServer(const Term &term) const
{
    if (!term.isExact || term.isNegated || term.value.isEmpty())
        return false;
    return (term.field == Field::Type && term.value.size() <= kMostTypeChars) ||
           (term.field == Field::User && term.value.size() <= kMostUserChars);
}

// The value of a dimension is that of the counts: cut, and "" where the event lacks the key.
bool StreamFilter::valuesPass(const wire::TailEvent &event) const
{
    if (m_values.isEmpty())
        return true;
    ParseRules rules;
    rules.dimensions = m_values.keys();
    rules.dimensions.removeOne(kTypeDimension);
    const SeriesKey series = seriesOf(event.eventType, event.metadata, rules);
    for (auto rule = m_values.cbegin(); rule != m_values.cend(); ++rule) {
        const qsizetype at = rule.key() == kTypeDimension ? 0 : rules.dimensions.indexOf(rule.key()) + 1;
        if (!rule.value().passes(series.value(at)))
            return false;
    }
    return true;
}

bool StreamFilter::matches(const wire::TailEvent &event) const
{
    return valuesPass(event) && std::all_of(m_terms.cbegin(), m_terms.cend(), [&](const Term &term) {
               bool found = false;
               switch (term.field) {
               case Field::Type: found = holds(term, event.eventType); break;
               case Field::User: found = holds(term, event.userId); break;
               case Field::Id: found = holds(term, event.eventId); break;
               case Field::Metadata: found = holdsInMetadata(term, event.metadata); break;
               case Field::Anywhere:
                   found = holds(term, event.eventType) || holds(term, event.userId) || holds(term, event.eventId) ||
                           holds(term, QString::fromUtf8(event.metadata));
                   break;
               }
               return found != term.isNegated;
           });
}

} // namespace entvas
