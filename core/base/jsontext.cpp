#include "core/base/jsontext.h"

#include <algorithm>
#include <cstring>
#include <QStringDecoder>

namespace entvas::json {

namespace {

constexpr qsizetype kSafeNumberChars = 300; // RapidJSON reads every shorter number without a high exponent
constexpr int kSafeExponent = 300;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

struct NumberParts {
    QByteArrayView whole;
    QByteArrayView fraction;
    int exponent = 0; // held at ±1,000,000
    bool negative = false;
    bool hasExponent = false;
    qsizetype length = 0; // 0 = no JSON number
};

NumberParts splitNumber(QByteArrayView text)
{
    NumberParts parts;
    qsizetype at = 0;
    const auto digits = [&] {
        const qsizetype from = at;
        while (at < text.size() && isDigit(text[at]))
            ++at;
        return text.sliced(from, at - from);
    };
    parts.negative = text.startsWith('-');
    at = parts.negative ? 1 : 0;
    parts.whole = digits();
    if (parts.whole.isEmpty() || (parts.whole.size() > 1 && parts.whole[0] == '0'))
        return {};
    if (at < text.size() && text[at] == '.') {
        ++at;
        parts.fraction = digits();
        if (parts.fraction.isEmpty())
            return {};
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool down = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
        const QByteArrayView exponent = digits();
        if (exponent.isEmpty())
            return {};
        for (const char c : exponent)
            parts.exponent = qMin(parts.exponent * 10 + (c - '0'), 1'000'000);
        if (down)
            parts.exponent = -parts.exponent;
        parts.hasExponent = true;
    }
    parts.length = at;
    return parts;
}

// The code unit of \uXXXX at `at`, or -1.
int escapedUnit(QByteArrayView text, qsizetype at)
{
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u')
        return -1;
    int unit = 0;
    for (qsizetype i = at + 2; i < at + 6; ++i) {
        const char c = text[i];
        const int digit = isDigit(c)             ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

class Preparer
{
public:
    explicit Preparer(QByteArrayView text) : m_text(text) { m_result.text = text; }

    Prepared run()
    {
        for (qsizetype at = 0; at < m_text.size();) {
            const char c = m_text[at];
            if (c == '"')
                at = skipString(at + 1);
            else if (isDigit(c) || c == '-')
                at = skipNumber(at);
            else
                ++at;
        }
        if (!m_result.copy.isNull())
            m_result.text = m_result.copy;
        return std::move(m_result);
    }

private:
    char *copy()
    {
        if (m_result.copy.isNull())
            m_result.copy = m_text.toByteArray();
        return m_result.copy.data();
    }

    qsizetype skipString(qsizetype at)
    {
        while (at < m_text.size()) {
            const char c = m_text[at];
            if (c == '"')
                return at + 1;
            at += c == '\\' ? skipEscape(at) : 1;
        }
        return at;
    }

    qsizetype skipEscape(qsizetype at)
    {
        const int unit = escapedUnit(m_text, at);
        if (unit < 0xd800 || unit > 0xdfff)
            return unit < 0 ? 2 : 6;
        const int next = unit <= 0xdbff ? escapedUnit(m_text, at + 6) : -1;
        if (next >= 0xdc00 && next <= 0xdfff)
            return 12;
        std::memcpy(copy() + at, "\\u0000", 6);
        return 6;
    }

    qsizetype skipNumber(qsizetype at)
    {
        qsizetype end = at + 1;
        bool exponent = false;
        for (; end < m_text.size(); ++end) {
            const char c = m_text[end];
            const bool e = c == 'e' || c == 'E';
            if (!e && !isDigit(c) && c != '.' && c != '-' && c != '+')
                break;
            exponent = exponent || e;
        }
        if (!exponent && end - at <= kSafeNumberChars)
            return end;
        const QByteArrayView token = m_text.sliced(at, end - at);
        const NumberParts parts = splitNumber(token);
        // What is no number stays for the parser to complain about.
        if (parts.length == token.size() && (token.size() > kSafeNumberChars || parts.exponent > kSafeExponent)) {
            char *text = copy() + at;
            std::memset(text, ' ', static_cast<std::size_t>(token.size()));
            *text = '0';
            m_result.longNumbers.push_back({at, token.toByteArray()});
        }
        return end;
    }

    QByteArrayView m_text;
    Prepared m_result;
};

qsizetype leadingZeros(QByteArrayView digits)
{
    return std::find_if(digits.begin(), digits.end(), [](char c) { return c != '0'; }) - digits.begin();
}

bool isZero(QByteArrayView digits)
{
    return leadingZeros(digits) == digits.size();
}

} // namespace

Prepared prepare(QByteArrayView text)
{
    return Preparer(text).run();
}

bool isStorable(QByteArrayView number)
{
    const NumberParts parts = splitNumber(number);
    if (parts.whole.size() + parts.fraction.size() > kMaxDigits)
        return false;
    // A zero with a huge exponent is small in size, but not once it is written without one.
    if (qAbs(parts.exponent) > kMaxDigits + kMaxExponent)
        return false;
    const auto leading = [](QByteArrayView digits) { return digits.size() - leadingZeros(digits); };
    const qsizetype whole = leading(parts.whole);
    if (whole == 0 && leading(parts.fraction) == 0)
        return true;
    const qsizetype magnitude = (whole > 0 ? whole : -leadingZeros(parts.fraction)) - 1 + parts.exponent;
    return qAbs(magnitude) <= kMaxExponent;
}

QByteArray plainNumber(QByteArrayView number)
{
    const NumberParts parts = splitNumber(number);
    const bool zero = isZero(parts.whole) && isZero(parts.fraction);
    if (!parts.hasExponent && !(zero && parts.negative))
        return number.toByteArray();
    const qsizetype scale = qMax<qsizetype>(0, parts.fraction.size() - parts.exponent);
    QByteArray digits = parts.whole.toByteArray() + parts.fraction.toByteArray();
    if (parts.exponent > parts.fraction.size())
        digits.append(parts.exponent - parts.fraction.size(), '0');
    if (digits.size() <= scale)
        digits.prepend(QByteArray(scale - digits.size() + 1, '0'));
    QByteArray whole = digits.first(digits.size() - scale);
    while (whole.size() > 1 && whole.startsWith('0'))
        whole.remove(0, 1);
    const QByteArray fraction = scale > 0 ? '.' + digits.last(scale) : QByteArray();
    return (parts.negative && !zero ? "-" : "") + whole + fraction;
}

void appendString(QByteArray &out, QByteArrayView utf8)
{
    static const char hex[] = "0123456789abcdef";
    out.append('"');
    qsizetype from = 0;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto c = static_cast<uchar>(utf8[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        out.append(utf8.data() + from, i - from);
        from = i + 1;
        out.append('\\');
        switch (c) {
        case '\b': out.append('b'); break;
        case '\f': out.append('f'); break;
        case '\n': out.append('n'); break;
        case '\r': out.append('r'); break;
        case '\t': out.append('t'); break;
        case '"':
        case '\\': out.append(static_cast<char>(c)); break;
        default:
            out.append("u00");
            out.append(hex[c >> 4]);
            out.append(hex[c & 15]);
        }
    }
    out.append(utf8.data() + from, utf8.size() - from);
    out.append('"');
}

QByteArrayView withoutByteOrderMark(QByteArrayView text)
{
    return text.startsWith(kByteOrderMark) ? text.sliced(kByteOrderMark.size()) : text;
}

QString fromUtf8(QByteArrayView utf8)
{
    if (!utf8.startsWith(kByteOrderMark))
        return QString::fromUtf8(utf8);
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::ConvertInitialBom);
    return decoder(utf8);
}

} // namespace entvas::json
