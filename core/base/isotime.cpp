#include "core/base/isotime.h"

#include "core/base/units.h"

#include <algorithm>
#include <chrono>

namespace entvas {

namespace {

constexpr qint64 kMinMs = -62'135'596'800'000; // 0001-01-01T00:00:00Z
constexpr qint64 kMaxMs = 253'402'300'799'999; // 9999-12-31T23:59:59.999Z

// Reads from the front; one wrong step makes everything after it wrong.
class Scanner
{
public:
    explicit Scanner(QByteArrayView text) : m_text(text) {}
    bool ok() const { return m_ok; }
    bool atEnd() const { return m_at == m_text.size(); }
    bool peekDigit() const { return !atEnd() && m_text[m_at] >= '0' && m_text[m_at] <= '9'; }
    bool take(char c)
    {
        if (atEnd() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    void expect(char c) { m_ok = take(c) && m_ok; }
    int digits(int count)
    {
        int value = 0;
        for (int i = 0; i < count; ++i) {
            if (!peekDigit()) {
                m_ok = false;
                return 0;
            }
            value = value * 10 + digit();
        }
        return value;
    }
    int digit() { return m_text[m_at++] - '0'; }

private:
    QByteArrayView m_text;
    qsizetype m_at = 0;
    bool m_ok = true;
};

void put(char *&out, int value, int width)
{
    for (int i = width - 1; i >= 0; --i, value /= 10)
        out[i] = static_cast<char>('0' + value % 10);
    out += width;
}

struct Fraction {
    int ms = 0; // cut off
    bool isZero = true;
};

// After the point; none where no digit follows.
std::optional<Fraction> readFraction(Scanner &in)
{
    if (!in.peekDigit())
        return {};
    Fraction fraction;
    for (int scale = 100; in.peekDigit(); scale /= 10) {
        const int digit = in.digit();
        fraction.isZero = fraction.isZero && digit == 0;
        fraction.ms += digit * scale;
    }
    return fraction;
}

// Minutes east of UTC at the end of a time; none for one that no zone has.
std::optional<int> readOffset(Scanner &in)
{
    if (in.take('Z') || in.take('z'))
        return 0;
    const bool west = in.take('-');
    if (!west)
        in.expect('+');
    const int hours = in.digits(2);
    const int minutes = in.take(':') || !in.atEnd() ? in.digits(2) : 0; // +01:00, +0100 or +01
    if (hours > 23 || minutes > 59)
        return {};
    return (west ? -1 : 1) * (hours * 60 + minutes);
}

// The last minute of June or December, in UTC. `minutes` since 1970.
bool mayHaveLeapSecond(qint64 minutes)
{
    using namespace std::chrono;
    const year_month_day next{sys_days(days((minutes + 1) / 1'440))};
    const bool isMidnight = (minutes + 1) % 1'440 == 0 && next.day() == day(1);
    return isMidnight && (next.month() == July || next.month() == January);
}

} // namespace

std::optional<qint64> isoToMs(QByteArrayView text)
{
    using namespace std::chrono;
    Scanner in(text);
    const int y = in.digits(4);
    const bool isBasic = in.peekDigit();
    const auto separate = [&](char c) {
        if (!isBasic)
            in.expect(c);
    };
    separate('-');
    const int mo = in.digits(2);
    separate('-');
    const int d = in.digits(2);
    if (!in.take('t') && !in.take(' '))
        in.expect('T');
    const int h = in.digits(2);
    separate(':');
    const int mi = in.digits(2);
    int s = 0;
    Fraction fraction;
    if (isBasic ? in.peekDigit() : in.take(':')) {
        s = in.digits(2);
        if (in.take('.') || in.take(',')) {
            const std::optional<Fraction> read = readFraction(in);
            if (!read)
                return {};
            fraction = *read;
        }
    }
    const std::optional<int> offsetMinutes = readOffset(in);
    const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (!offsetMinutes || !in.ok() || !in.atEnd() || y < 1 || !date.ok() || h > 24 || mi > 59 || s > 60)
        return {};
    if (h == 24 && (mi > 0 || s > 0 || !fraction.isZero))
        return {};

    const bool leap = s == 60;
    const qint64 days = sys_days(date).time_since_epoch().count();
    const qint64 minutes = days * 1'440 + h * 60 + mi - *offsetMinutes;
    if (leap && !mayHaveLeapSecond(minutes))
        return {};
    const qint64 result = minutes * 60'000 + (leap ? 59'999 : s * 1'000 + fraction.ms);
    if (result < kMinMs || result > kMaxMs)
        return {};
    return result;
}

QByteArray isoFromMs(qint64 ms)
{
    using namespace std::chrono;
    const qint64 at = std::clamp(ms, kMinMs, kMaxMs);
    const qint64 day = at / kDayMs - (at % kDayMs < 0 ? 1 : 0);
    const auto rest = static_cast<int>(at - day * kDayMs);
    const year_month_day date{sys_days(days(day))};
    QByteArray text(24, Qt::Uninitialized);
    char *out = text.data();
    put(out, static_cast<int>(date.year()), 4);
    *out++ = '-';
    put(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    *out++ = '-';
    put(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
    *out++ = 'T';
    put(out, rest / 3'600'000, 2);
    *out++ = ':';
    put(out, rest / 60'000 % 60, 2);
    *out++ = ':';
    put(out, rest / 1'000 % 60, 2);
    *out++ = '.';
    put(out, rest % 1'000, 3);
    *out = 'Z';
    return text;
}

} // namespace entvas
