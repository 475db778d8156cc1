// Where a record of CSV, or an element of a JSON array, begins and ends.
#include "core/base/jsontext.h"
#include "core/file/eventfile.h"

using namespace Qt::StringLiterals;

namespace entvas {

// Line ends within quotes belong to the field.
Result<std::optional<QByteArray>> EventFile::csvRecord()
{
    bool isQuoted = false;
    bool wasQuoted = false;
    bool mayReopen = false;       // the quote before closed the field, or was the first of two
    for (qsizetype i = 0;; ++i) { // behind m_at
        if (m_at + i == m_buffer.size()) {
            if (i > kMaxRecordBytes)
                return tooLong();
            const Result<bool> go = more();
            if (!go)
                return go.failure();
            if (!go.value()) {
                if (isQuoted)
                    return broken(u"a quote is never closed: the file is cut short, or a quote is missing"_s, m_line);
                return i == 0 ? std::optional<QByteArray>() : take(m_buffer.size(), m_buffer.size());
            }
        }
        const char c = m_buffer.at(m_at + i);
        if (c == '"') {
            // A quote opens where a field begins, and is one of the text where it comes twice within; any other is for
            // csvFields() to find.
            const char before = i == 0 ? ',' : m_buffer.at(m_at + i - 1);
            wasQuoted = isQuoted;
            isQuoted = !isQuoted && (before == ',' || (before == '"' && mayReopen));
            mayReopen = wasQuoted;
            continue;
        }
        mayReopen = false;
        if (c == '\n' && !isQuoted) {
            const qsizetype end = m_at + i;
            const bool hasReturn = i > 0 && m_buffer.at(end - 1) == '\r';
            return std::optional(take(hasReturn ? end - 1 : end, end + 1));
        }
    }
}

// Up to the bracket, with what stands before it.
Result<void> EventFile::beginArray()
{
    while (m_buffer.indexOf('[', m_at) < 0) {
        if (m_buffer.size() - m_at > kMaxAroundBytes)
            return broken(u"no JSON array of events begins here"_s, m_line);
        const Result<bool> go = more();
        if (!go)
            return go.failure();
        if (!go.value())
            return broken(u"there is no JSON array of events"_s, m_line);
    }
    const qsizetype bracket = m_buffer.indexOf('[', m_at);
    m_beforeArray = take(bracket, bracket + 1).trimmed();
    static const QRegularExpression events(u"\"events\"\\s*:$"_s);
    if (!m_beforeArray.isEmpty() && !events.match(QString::fromUtf8(m_beforeArray)).hasMatch())
        return broken(u"this is neither a JSON array nor an export of Entvas"_s, m_recordLine);
    m_inBlock = m_sawBlock = true;
    return {};
}

// What stands behind the array must make one JSON text of all.
Result<void> EventFile::endArray()
{
    m_inBlock = false;
    while (true) {
        if (m_buffer.size() - m_at > kMaxAroundBytes)
            return broken(u"something else follows the JSON array"_s, m_line);
        const Result<bool> go = more();
        if (!go)
            return go.failure();
        if (!go.value())
            break;
    }
    const qint64 at = m_line;
    const QByteArray rest = take(m_buffer.size(), m_buffer.size());
    if (QJsonDocument::fromJson(m_beforeArray + "[]" + rest).isNull())
        return broken(u"what follows the array of events is no valid JSON: the file is cut short or damaged"_s, at);
    return {};
}

Result<std::optional<QByteArray>> EventFile::arrayElement()
{
    if (!m_sawBlock)
        if (const Result<void> begun = beginArray(); !begun)
            return begun.failure();
    if (!m_inBlock)
        return std::optional<QByteArray>();
    bool needsMore = false;
    while (true) {
        if (needsMore) {
            if (m_buffer.size() - m_at > kMaxRecordBytes)
                return tooLong();
            const Result<bool> go = more();
            if (!go)
                return go.failure();
            if (!go.value())
                return broken(u"the JSON array never ends: the file is cut short"_s, m_line);
        }
        needsMore = true;
        qsizetype at = m_at;
        int commas = 0;
        for (; at < m_buffer.size() && (json::isBlank(m_buffer.at(at)) || m_buffer.at(at) == ','); ++at)
            commas += m_buffer.at(at) == ',';
        if (at == m_buffer.size())
            continue;
        const bool isEnd = m_buffer.at(at) == ']';
        if (commas != (m_elements > 0 && !isEnd ? 1 : 0))
            return broken(u"a comma is missing or too much between two events"_s, m_line);
        if (isEnd) {
            take(at + 1, at + 1);
            const Result<void> ended = endArray();
            return ended ? Result<std::optional<QByteArray>>(std::nullopt) : ended.failure();
        }
        const qsizetype end = jsonValueEnd(m_buffer, at);
        if (end < 0 || end == m_buffer.size())
            continue; // a number could go on
        if (end == at)
            return broken(u"this is no valid JSON"_s, m_line);
        take(at, at);
        ++m_elements;
        return std::optional(take(end, end));
    }
}

} // namespace entvas
