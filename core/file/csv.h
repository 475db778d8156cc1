#pragma once

#include <optional>
#include <QByteArray>
#include <QList>
#include <QString>

namespace entvas {

// One field of RFC 4180: quoted where it must be. What a spreadsheet would take for a formula (it begins with = + - @,
// one of these in full width, a tab or a line end) gets an apostrophe in front; so does what begins with apostrophes
// and then goes on like that, so that csvText() finds the text again whatever it was.
QByteArray csvField(const QString &text);

// What csvField() was given, from the field's bytes without quotes.
QByteArray csvText(QByteArray field);

// One field of a record: its bytes without quotes, and where it begins in the record, counted from 0.
struct CsvField {
    QByteArray bytes;
    qsizetype offset = 0;
};
// The fields of one record without its line end. Nothing and the place of the fault when a quote stands where it must
// not, or one is missing.
std::optional<QList<CsvField>> csvFields(QByteArrayView record, qsizetype *fault);

} // namespace entvas
