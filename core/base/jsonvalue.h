#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QStringList>
#include <vector>

namespace entvas::json {

// A JSON value whose numbers keep the text that they were written with and whose members keep their order:
// QJsonDocument turns numbers into doubles, which changes 1.50, 1e21 and every integer beyond 2^53.
struct Value {
    enum class Kind { Undefined, Null, Bool, Number, String, Array, Object };
    Kind kind = Kind::Undefined;
    QString text;              // of a string; of a number, true, false and null as they are written
    QStringList names;         // of the members of an object
    std::vector<Value> values; // members or elements

    bool isScalar() const { return kind != Kind::Array && kind != Kind::Object; }
    // The member of that name; Undefined where there is none.
    const Value &operator[](QStringView name) const;
};

// Undefined for text that is no JSON or nested deeper than kMaxDepth.
inline constexpr int kMaxDepth = 64;
Value parse(QByteArrayView json);

QByteArray compact(const Value &value);
// Four blanks a level, as QJsonDocument writes it; without a line end.
QByteArray indented(const Value &value);

// Whether a reader that holds numbers as doubles writes each number of a JSON text as it stands there.
bool areNumbersPlain(QByteArrayView json);

} // namespace entvas::json
