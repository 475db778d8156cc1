#include "app/board/text/rejectedtext.h"

#include "app/board/text/format.h"
#include "app/board/text/translation.h"
#include "core/base/jsontext.h"

#include <algorithm>
#include <QLocale>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// Bytes of the UTF-8 character at the start of `text`; 0 when there is none.
qsizetype characterBytes(QByteArrayView text)
{
    const auto lead = uchar(text[0]);
    const qsizetype size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    return size > 0 && size <= text.size() && text.first(size).isValidUtf8() ? size : 0;
}

bool canBeSeen(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph: return false;
    case QChar::Separator_Space: return c == U' ';
    default: return true;
    }
}

QString shown(char32_t c)
{
    if (c < 0x20)
        return QString(QChar(char16_t(0x2400 + c))) + (c == U'\n' ? u"\n"_s : QString());
    if (c == 0x7f)
        return QString(QChar(u'\u2421'));
    return canBeSeen(c) ? QString::fromUcs4(&c, 1)
                        : u"⟨U+%1⟩"_s.arg(QString::number(uint(c), 16).toUpper().rightJustified(4, u'0'));
}

// "metadata.items[2].name"
QString nameOf(const QVariantList &path)
{
    QString name;
    for (const QVariant &element : path) {
        if (element.typeId() != QMetaType::QString)
            name += u"[%1]"_s.arg(element.toLongLong());
        else
            name += (name.isEmpty() ? QString() : u"."_s) + element.toString();
    }
    return name;
}

bool isText(QByteArrayView body)
{
    return body.isValidUtf8() && std::none_of(body.begin(), body.end(), [](char c) {
               return (uchar(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
           });
}

// In single quotes a shell takes everything as it is, but for the quote itself.
QString quoted(QString text)
{
    return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
}

} // namespace

VisibleText visibleText(QByteArrayView body)
{
    VisibleText visible;
    visible.starts.reserve(body.size() + 1);
    for (qsizetype at = 0; at < body.size();) {
        const int start = int(visible.text.size());
        const qsizetype bytes = characterBytes(body.sliced(at));
        if (bytes == 0)
            visible.text += u"⟨%1⟩"_s.arg(QString::number(uchar(body[at]), 16).toUpper().rightJustified(2, u'0'));
        else
            visible.text += shown(json::fromUtf8(body.sliced(at, bytes)).toUcs4().value(0));
        for (qsizetype i = 0; i < std::max<qsizetype>(bytes, 1); ++i)
            visible.starts.append(start);
        at += std::max<qsizetype>(bytes, 1);
    }
    visible.starts.append(int(visible.text.size()));
    return visible;
}

QString keyNameOf(const RejectedEvent &event)
{
    return event.keyName.isEmpty() ? event.keyId : event.keyName;
}

QString reasonOf(const FieldError &error)
{
    const QString name = nameOf(error.path);
    const QString &type = error.type;
    if (type == "any.required"_L1)
        return tr("%1 is missing").arg(name);
    if (type == "string.base"_L1)
        return tr("%1 must be a text").arg(name);
    if (type == "string.empty"_L1)
        return tr("%1 is empty").arg(name);
    if (type == "string.max"_L1)
        return tr("%1 is too long").arg(name);
    if (type == "string.isoDate"_L1)
        return tr("%1 is not an ISO date with a zone").arg(name);
    if (type == "string.pattern"_L1)
        return tr("%1 has control characters").arg(name);
    if (type == "string.unicode"_L1)
        return tr("%1 has characters that can’t be stored").arg(name);
    if (type == "object.base"_L1)
        return name.isEmpty() ? tr("The event is not an object") : tr("%1 must be an object").arg(name);
    if (type == "object.unknown"_L1)
        return tr("“%1” is not a field of an event").arg(name);
    if (type == "object.duplicate"_L1)
        return tr("%1 appears more than once").arg(name);
    if (type == "object.depth"_L1)
        return tr("metadata is nested too deeply");
    if (type == "object.size"_L1)
        return tr("metadata is too large");
    if (type == "number.unsafe"_L1)
        return tr("%1 is a number that can’t be stored").arg(name);
    if (type == "any.only"_L1)
        return name == "Idempotency-Key"_L1 ? tr("Idempotency-Key is not the event’s id")
                                            : tr("%1 is not one of those allowed").arg(name);
    if (type == "array.min"_L1)
        return tr("The request holds no event");
    if (type == "array.max"_L1)
        return tr("Too many events in one request");
    if (type == "json.malformed"_L1)
        return tr("The text is not valid JSON");
    if (type == "body.max"_L1)
        return tr("The request is too large");
    if (type == "body.gzip"_L1)
        return tr("The body can’t be decompressed");
    if (type == "body.encoding"_L1)
        return tr("Unknown compression of the body");
    if (type == "key.role"_L1)
        return tr("This key may not send");
    return error.message; // of a newer server
}

QString reasonOf(const RejectedEvent &event)
{
    if (event.errors.isEmpty())
        return tr("No reason given");
    const QString first = reasonOf(event.errors.first());
    return event.errors.size() == 1 ? first : tr("%1, and %n more", nullptr, int(event.errors.size()) - 1).arg(first);
}

QString placeOf(const RejectedEvent &event)
{
    if (event.line >= 0)
        return tr("line %1").arg(format::count(event.line));
    if (event.index >= 0)
        return tr("event %1 of an array").arg(format::count(event.index + 1));
    return {};
}

QString bodySizeOf(const RejectedEvent &event)
{
    const auto size = [](qint64 bytes) {
        return bytes < 1024 ? tr("%n bytes", nullptr, int(bytes))
                            : QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
    };
    if (event.body.isEmpty())
        return event.bodyBytes > 0 ? tr("%1, not kept").arg(size(event.bodyBytes)) : tr("empty");
    if (!event.isCut())
        return size(event.bodyBytes);
    return event.bodyFrom == 0
               ? tr("the first %1 of %2").arg(size(event.body.size()), size(event.bodyBytes))
               : tr("%1 of %2, from byte %3")
                     .arg(size(event.body.size()), size(event.bodyBytes), format::count(event.bodyFrom));
}

QString rejectedAsCurl(const RejectedEvent &event, const QString &webhook, const QString &key)
{
    if (event.isCut() || event.body.isEmpty())
        return {};
    const QString header = quoted(u"X-API-Key: "_s + key);
    if (isText(event.body)) // not -d, for which a leading @ names a file
        return u"curl -H %1 --data-raw %2 %3"_s.arg(header, quoted(QString::fromUtf8(event.body)), quoted(webhook));
    QString escaped;
    for (const char c : event.body) {
        const bool isPlain = c >= 0x20 && c < 0x7f && c != '\'' && c != '\\' && c != '%';
        escaped +=
            isPlain ? QString(QChar::fromLatin1(c)) : u'\\' + QString::number(uchar(c), 8).rightJustified(3, u'0');
    }
    return u"printf '%1' | curl -H %2 --data-binary @- %3"_s.arg(escaped, header, quoted(webhook));
}

} // namespace entvas
