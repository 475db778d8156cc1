#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <vector>

// Small things about JSON text that the JSON library leaves to its user.
namespace entvas::json {

// JSON text made fit for RapidJSON, which ends the whole document at a lone surrogate and at a number beyond a double,
// where only one event is at fault. Nothing moves: byte offsets stay those of the original.
struct Prepared {
    struct Number {
        qsizetype offset = 0;
        QByteArray text;
    };
    QByteArrayView text;             // the original, or `copy`
    QByteArray copy;                 // made only when something had to be replaced
    std::vector<Number> longNumbers; // stand as a single 0 in `text`; by rising offset
};
// Lone surrogates become \u0000, which is just as unfit for a database; long numbers become 0.
Prepared prepare(QByteArrayView text);

// Whether everything on an event's way can carry it: PostgreSQL's numeric without absurd length, and readers that hold
// a number as a double (a dashboard would refuse the whole message for one 1e400). At most kMaxDigits digits; zero, or
// in size from 1e-kMaxExponent to below 1e(kMaxExponent+1). `number` is a JSON number.
inline constexpr int kMaxDigits = 1'000;
inline constexpr int kMaxExponent = 307;
bool isStorable(QByteArrayView number);
// As PostgreSQL's jsonb writes a storable number: no exponent, no minus before zero, digits after the point kept.
QByteArray plainNumber(QByteArrayView number);

// What may stand between the parts of a JSON text.
constexpr bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Appends a JSON string with quotes; only what must be escaped is.
void appendString(QByteArray &out, QByteArrayView utf8);
// What some programs begin a text in UTF-8 with; RFC 8259 lets readers pass over it.
inline constexpr QByteArrayView kByteOrderMark = "\xef\xbb\xbf";
QByteArrayView withoutByteOrderMark(QByteArrayView text);
// QString::fromUtf8 without the loss of a leading U+FEFF.
QString fromUtf8(QByteArrayView utf8);

} // namespace entvas::json
