#include "core/file/csv.h"

#include <algorithm>
#include <iterator>

namespace entvas {

namespace {

// Apostrophes, then something that a spreadsheet would take for a formula; in Japanese and Chinese ones the full-width
// signs are among them (U+FF1D, U+FF0B, U+FF0D, U+FF20).
bool looksLikeFormula(QByteArrayView text)
{
    qsizetype at = 0;
    while (at < text.size() && text[at] == '\'')
        ++at;
    text = text.sliced(at);
    if (text.isEmpty())
        return false;
    static constexpr QByteArrayView kFullWidth[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    return QByteArrayView("=+-@\t\r\n").contains(text[0]) ||
           std::any_of(std::begin(kFullWidth), std::end(kFullWidth),
                       [text](QByteArrayView sign) { return text.startsWith(sign); });
}

} // namespace

QByteArray csvField(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    if (looksLikeFormula(bytes))
        bytes.prepend('\'');
    if (!bytes.contains(',') && !bytes.contains('"') && !bytes.contains('\n') && !bytes.contains('\r'))
        return bytes;
    return '"' + bytes.replace('"', "\"\"") + '"';
}

QByteArray csvText(QByteArray field)
{
    if (field.startsWith('\'') && looksLikeFormula(field))
        field.remove(0, 1);
    return field;
}

std::optional<QList<CsvField>> csvFields(QByteArrayView record, qsizetype *fault)
{
    QList<CsvField> fields;
    qsizetype at = 0;
    while (true) {
        CsvField field{{}, at};
        if (at < record.size() && record[at] == '"') {
            ++at;
            while (true) {
                const qsizetype quote = record.indexOf('"', at);
                if (quote < 0) {
                    *fault = field.offset;
                    return {};
                }
                field.bytes.append(record.sliced(at, quote - at));
                at = quote + 1;
                if (at == record.size() || record[at] != '"')
                    break;
                field.bytes.append('"');
                ++at;
            }
            if (at < record.size() && record[at] != ',') {
                *fault = at;
                return {};
            }
        } else {
            qsizetype end = record.indexOf(',', at);
            if (end < 0)
                end = record.size();
            field.bytes = record.sliced(at, end - at).toByteArray();
            if (const qsizetype quote = field.bytes.indexOf('"'); quote >= 0) {
                *fault = at + quote;
                return {};
            }
            at = end;
        }
        fields.append(std::move(field));
        if (at == record.size())
            return fields;
        ++at; // the comma
    }
}

} // namespace entvas
