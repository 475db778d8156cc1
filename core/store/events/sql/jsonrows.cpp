#include "core/store/events/sql/jsonrows.h"

#include <algorithm>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

void appendEscape(QString &out, char16_t unit)
{
    static constexpr char16_t kHex[] = u"0123456789abcdef";
    out += u"\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += QChar(kHex[(unit >> shift) & 0xf]);
}

void appendString(QString &out, QStringView text)
{
    out += u'"';
    qsizetype plainFrom = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t unit = text[i].unicode();
        const bool pair = QChar::isHighSurrogate(unit) && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        if (pair) {
            ++i;
            continue;
        }
        // SQLite reads U+FFFE and U+FFFF back as U+FFFD.
        if (unit >= 0x20 && unit != u'"' && unit != u'\\' && unit != 0x7f && !QChar::isSurrogate(unit) && unit < 0xfffe)
            continue;
        out += text.sliced(plainFrom, i - plainFrom);
        if (unit == u'"' || unit == u'\\') {
            out += u'\\';
            out += QChar(unit);
        } else {
            appendEscape(out, unit);
        }
        plainFrom = i + 1;
    }
    out += text.sliced(plainFrom);
    out += u'"';
}

} // namespace

void JsonRows::begin()
{
    m_text += m_size == 0 ? u"{" : u",{";
    ++m_size;
    m_firstField = true;
}

void JsonRows::addName(char16_t name)
{
    if (!m_firstField)
        m_text += u',';
    m_firstField = false;
    m_text += u'"';
    m_text += QChar(name);
    m_text += u"\":";
}

void JsonRows::add(char16_t name, QStringView text)
{
    addName(name);
    appendString(m_text, text);
}

void JsonRows::add(char16_t name, qint64 number)
{
    addName(name);
    m_text += QString::number(number);
}

void JsonRows::addNull(char16_t name)
{
    addName(name);
    m_text += u"null";
}

void JsonRows::end()
{
    m_text += u'}';
}

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

QString seriesText(const SeriesKey &key, const QStringList &dimensions)
{
    QString text(u'{');
    for (qsizetype i = 0; i < std::min(key.size(), dimensions.size()); ++i) {
        if (i > 0 && key[i].isEmpty())
            continue;
        if (i > 0)
            text += u',';
        appendString(text, dimensions[i]);
        text += u':';
        appendString(text, key[i]);
    }
    text += u'}';
    return text;
}

SeriesKey seriesFromText(const QString &text, const QStringList &dimensions)
{
    // Qt drops U+FEFF at the head of a text in JSON unless it is escaped; behind a quote nothing else can begin with
    // it.
    const QJsonDocument stored = QJsonDocument::fromJson(QString(text).replace(u"\"\ufeff"_s, u"\"\\ufeff"_s).toUtf8());
    QJsonObject values = stored.object();
    const QJsonArray unnamed = stored.array();
    const QStringList firstNames{QStringLiteral("eventType"), QStringLiteral("page"), QStringLiteral("browser")};
    for (qsizetype i = 0; i < std::min(unnamed.size(), firstNames.size()); ++i)
        values.insert(firstNames[i], unnamed[i]);
    SeriesKey key;
    for (const QString &name : dimensions)
        key << values.value(name).toString();
    return key;
}

qint64 seriesId(const QString &seriesText)
{
    const QByteArray hash = QCryptographicHash::hash(seriesText.toUtf8(), QCryptographicHash::Sha256);
    return qFromBigEndian<qint64>(hash.constData());
}

} // namespace entvas
