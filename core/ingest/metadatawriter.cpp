#include "core/ingest/metadatawriter.h"

#include "core/base/jsontext.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kExcerptChars = 128;

bool hasNul(QByteArrayView utf8)
{
    return utf8.contains('\0');
}

} // namespace

QString cutDimension(const QString &value, int maxChars)
{
    if (value.size() <= maxChars)
        return value;
    const bool splits = maxChars > 0 && value[maxChars - 1].isHighSurrogate() && value[maxChars].isLowSurrogate();
    return value.left(splits ? maxChars - 1 : maxChars);
}

QString excerpt(const QString &text)
{
    return text.size() <= kExcerptChars ? text : cutDimension(text, kExcerptChars) + u'…';
}

MetadataWriter::MetadataWriter(const ParseRules &rules) : m_rules(rules)
{
    for (const QString &name : rules.dimensions)
        m_dimensions.push_back(name.toUtf8());
    m_levels.resize(static_cast<std::size_t>(qMax(rules.maxMetadataDepth, 1)));
}

void MetadataWriter::begin()
{
    m_depth = 0;
    m_dimension = -1;
    m_full = false;
    m_text.resize(0);
    m_values.clear();
    m_values.resize(m_rules.dimensions.size());
    m_errors.clear();
    open(false);
}

void MetadataWriter::open(bool isArray)
{
    if (m_depth > 0)
        beforeValue();
    if (m_depth == m_levels.size()) {
        m_full = true;
        fail(u"metadata must not be nested deeper than %1 levels"_s.arg(m_rules.maxMetadataDepth), u"object.depth"_s,
             false);
        return;
    }
    Level &level = m_levels[m_depth++];
    level.isArray = isArray;
    level.items = 0;
    level.keys.clear();
    if (!level.manyKeys.isEmpty())
        level.manyKeys.clear();
    m_text.append(isArray ? '[' : '{');
    checkSize();
}

void MetadataWriter::close()
{
    if (m_full)
        return;
    m_text.append(m_levels[--m_depth].isArray ? ']' : '}');
    checkSize();
}

void MetadataWriter::key(QByteArrayView utf8)
{
    if (m_full)
        return;
    Level &level = m_levels[m_depth - 1];
    if (level.items++ > 0)
        m_text.append(',');
    const qsizetype from = m_text.size();
    json::appendString(m_text, utf8);
    const qsizetype length = m_text.size() - from;
    level.key.resize(0);
    level.key.append(utf8);
    if (hasNul(utf8))
        fail(u"%1 must not contain U+0000 or an unpaired surrogate"_s, u"string.unicode"_s);
    else if (isRepeated(level, from, length))
        fail(u"%1 must not be given more than once"_s, u"object.duplicate"_s);
    m_text.append(':');
    checkSize();
    if (m_depth == 1) {
        const auto it = std::find(m_dimensions.begin(), m_dimensions.end(), utf8);
        m_dimension = it == m_dimensions.end() ? -1 : static_cast<int>(it - m_dimensions.begin());
    }
}

bool MetadataWriter::isRepeated(Level &level, qsizetype from, qsizetype length)
{
    const auto at = [this](qsizetype start, qsizetype count) { return QByteArrayView(m_text).sliced(start, count); };
    const QByteArrayView key = at(from, length);
    if (level.keys.size() < kFewKeys) {
        const bool found = std::any_of(level.keys.begin(), level.keys.end(),
                                       [&](const auto &k) { return at(k.first, k.second) == key; });
        level.keys.emplace_back(from, length);
        return found;
    }
    if (level.manyKeys.isEmpty())
        for (const auto &[start, count] : level.keys)
            level.manyKeys.insert(at(start, count).toByteArray());
    const qsizetype before = level.manyKeys.size();
    level.manyKeys.insert(key.toByteArray());
    return level.manyKeys.size() == before;
}

void MetadataWriter::string(QByteArrayView utf8)
{
    if (m_full)
        return;
    beforeValue();
    if (hasNul(utf8))
        fail(u"%1 must not contain U+0000 or an unpaired surrogate"_s, u"string.unicode"_s);
    if (m_depth == 1 && m_dimension >= 0)
        setDimension(json::fromUtf8(utf8));
    json::appendString(m_text, utf8);
    checkSize();
}

void MetadataWriter::number(QByteArrayView digits)
{
    if (m_full)
        return;
    beforeValue();
    if (!json::isStorable(digits))
        fail(u"%1 must be a number of at most "_s + QString::number(json::kMaxDigits) + u" digits, 0 or from 1e-"_s +
                 QString::number(json::kMaxExponent) + u" to below 1e"_s + QString::number(json::kMaxExponent + 1) +
                 u" in size"_s,
             u"number.unsafe"_s);
    else if (m_depth == 1 && m_dimension >= 0)
        setDimension(QString::fromLatin1(json::plainNumber(digits)));
    m_text.append(digits);
    checkSize();
}

void MetadataWriter::literal(QByteArrayView text, bool isNull)
{
    if (m_full)
        return;
    beforeValue();
    if (m_depth == 1 && m_dimension >= 0 && !isNull)
        setDimension(QString::fromLatin1(text));
    m_text.append(text);
    checkSize();
}

void MetadataWriter::beforeValue()
{
    Level &level = m_levels[m_depth - 1];
    if (level.isArray && level.items++ > 0)
        m_text.append(',');
}

void MetadataWriter::setDimension(const QString &value)
{
    m_values[m_dimension] = countedValue(cutDimension(value, m_rules.maxDimensionChars));
}

void MetadataWriter::checkSize()
{
    if (m_full || m_text.size() <= m_rules.maxMetadataBytes)
        return;
    m_full = true;
    fail(u"metadata must not be larger than %1 bytes"_s.arg(m_rules.maxMetadataBytes), u"object.size"_s, false);
}

void MetadataWriter::fail(const QString &what, const QString &type, bool atPath)
{
    if (m_errors.size() >= kMaxErrorsPerEvent)
        return;
    FieldError error{{u"metadata"_s}, what, type};
    if (atPath) {
        QString name = u"metadata"_s;
        for (std::size_t i = 0; i < m_depth; ++i) {
            const Level &level = m_levels[i];
            if (level.isArray) {
                error.path.append(level.items - 1);
                name += u'[' + QString::number(level.items - 1) + u']';
            } else {
                const QString key = excerpt(json::fromUtf8(level.key));
                error.path.append(key);
                name += u'.' + key;
            }
        }
        error.message.replace(u"%1"_s, name);
    }
    m_errors.append(error);
}

} // namespace entvas
