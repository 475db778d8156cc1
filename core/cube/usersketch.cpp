#include "core/cube/usersketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace entvas {

namespace {

constexpr UserHash kHashMask = (UserHash(1) << kUserHashBits) - 1;
constexpr int kOverflow = 15; // a half byte that says "or more"

quint64 littleEndian(const uchar *at, std::size_t size)
{
    quint64 value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value |= quint64(at[i]) << (8 * i);
    return value;
}

// Where a user goes: the register, and the place of the first one in the bits that are left.
struct Slot {
    std::size_t index;
    uchar rank;
};

Slot slotOf(UserHash user, int precision)
{
    const int rest = kUserHashBits - precision;
    const quint64 low = user & ((quint64(1) << rest) - 1);
    return {std::size_t(user >> rest), uchar(rest - std::bit_width(low) + 1)};
}

// Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), section 4.
double sigma(double x)
{
    if (x == 1)
        return HUGE_VAL;
    double y = 1;
    double z = x;
    double before = 0;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

double tau(double x)
{
    if (x == 0 || x == 1)
        return 0;
    double y = 1;
    double z = 1 - x;
    double before = 0;
    do {
        x = std::sqrt(x);
        before = z;
        y /= 2;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

} // namespace

quint64 sipHash24(std::span<const uchar> bytes)
{
    constexpr quint64 kKey0 = 0x0706050403020100;
    constexpr quint64 kKey1 = 0x0f0e0d0c0b0a0908;
    quint64 v0 = kKey0 ^ 0x736f6d6570736575;
    quint64 v1 = kKey1 ^ 0x646f72616e646f6d;
    quint64 v2 = kKey0 ^ 0x6c7967656e657261;
    quint64 v3 = kKey1 ^ 0x7465646279746573;
    const auto rounds = [&](int count) {
        for (; count > 0; --count) {
            v0 += v1;
            v1 = std::rotl(v1, 13) ^ v0;
            v0 = std::rotl(v0, 32);
            v2 += v3;
            v3 = std::rotl(v3, 16) ^ v2;
            v0 += v3;
            v3 = std::rotl(v3, 21) ^ v0;
            v2 += v1;
            v1 = std::rotl(v1, 17) ^ v2;
            v2 = std::rotl(v2, 32);
        }
    };
    const auto take = [&](quint64 word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    };
    const std::size_t whole = bytes.size() / 8 * 8;
    for (std::size_t i = 0; i < whole; i += 8)
        take(littleEndian(bytes.data() + i, 8));
    take(quint64(bytes.size()) << 56 | littleEndian(bytes.data() + whole, bytes.size() - whole));
    v2 ^= 0xff;
    rounds(4);
    return v0 ^ v1 ^ v2 ^ v3;
}

UserHash userHash(const QString &userId)
{
    const QByteArray utf8 = userId.toUtf8();
    return sipHash24({reinterpret_cast<const uchar *>(utf8.constData()), std::size_t(utf8.size())}) >>
           (64 - kUserHashBits);
}

void putUserHash(uchar *at, UserHash hash)
{
    for (int i = kUserHashBytes - 1; i >= 0; --i, hash >>= 8)
        at[i] = uchar(hash & 0xff);
}

UserHash getUserHash(const uchar *at)
{
    UserHash hash = 0;
    for (int i = 0; i < kUserHashBytes; ++i)
        hash = hash << 8 | at[i];
    return hash;
}

std::size_t UserSketch::lowerBound(UserHash user) const
{
    std::size_t low = 0;
    std::size_t high = exactSize();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (getUserHash(&m_bytes[middle * kUserHashBytes]) < user)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool UserSketch::covers(UserHash user) const
{
    user &= kHashMask;
    if (isExact()) {
        const std::size_t at = lowerBound(user);
        return at < exactSize() && getUserHash(&m_bytes[at * kUserHashBytes]) == user;
    }
    const Slot slot = slotOf(user, m_precision);
    return m_bytes[slot.index] >= slot.rank;
}

bool UserSketch::add(UserHash user)
{
    user &= kHashMask;
    return isExact() ? addToSet(user) : addToRegisters(user);
}

bool UserSketch::addToSet(UserHash user)
{
    const std::size_t at = lowerBound(user);
    const std::size_t size = exactSize();
    if (at < size && getUserHash(&m_bytes[at * kUserHashBytes]) == user)
        return false;
    if (size == kMaxExact) {
        makeDense();
        addToRegisters(user);
        return true; // the set had to go: another sketch, even if no register changed
    }
    if (m_bytes.size() + kUserHashBytes > m_bytes.capacity()) // by a quarter: there are thousands of small ones
        m_bytes.reserve((size + 1 + size / 4) * kUserHashBytes);
    uchar place[kUserHashBytes];
    putUserHash(place, user);
    m_bytes.insert(m_bytes.begin() + std::ptrdiff_t(at * kUserHashBytes), place, place + kUserHashBytes);
    return true;
}

bool UserSketch::addToRegisters(UserHash user)
{
    const Slot slot = slotOf(user, m_precision);
    uchar &value = m_bytes[slot.index];
    if (value >= slot.rank)
        return false;
    value = slot.rank;
    return true;
}

void UserSketch::makeDense()
{
    const std::vector<uchar> hashes = std::exchange(m_bytes, std::vector<uchar>(std::size_t(1) << kPrecision));
    m_precision = kPrecision;
    for (std::size_t i = 0; i < hashes.size(); i += kUserHashBytes)
        addToRegisters(getUserHash(&hashes[i]));
}

// Neighbours become one register. The lower half of a pair had one more zero in front.
void UserSketch::foldTo(int precision)
{
    for (; m_precision > precision; --m_precision) {
        const std::size_t half = m_bytes.size() / 2;
        for (std::size_t i = 0; i < half; ++i) {
            const uchar low = m_bytes[2 * i];
            const uchar high = m_bytes[2 * i + 1];
            m_bytes[i] = std::max(uchar(low ? low + 1 : 0), uchar(high ? 1 : 0));
        }
        m_bytes.resize(half);
    }
    m_bytes.shrink_to_fit();
}

void UserSketch::uniteSets(const UserSketch &other)
{
    std::vector<uchar> united;
    united.reserve(m_bytes.size() + other.m_bytes.size());
    std::size_t a = 0;
    std::size_t b = 0;
    const auto copy = [&](const std::vector<uchar> &from, std::size_t at) {
        united.insert(united.end(), from.begin() + std::ptrdiff_t(at),
                      from.begin() + std::ptrdiff_t(at + kUserHashBytes));
    };
    while (a < m_bytes.size() && b < other.m_bytes.size()) {
        const UserHash left = getUserHash(&m_bytes[a]);
        const UserHash right = getUserHash(&other.m_bytes[b]);
        copy(left <= right ? m_bytes : other.m_bytes, left <= right ? a : b);
        a += left <= right ? kUserHashBytes : 0;
        b += right <= left ? kUserHashBytes : 0;
    }
    united.insert(united.end(), m_bytes.begin() + std::ptrdiff_t(a), m_bytes.end());
    united.insert(united.end(), other.m_bytes.begin() + std::ptrdiff_t(b), other.m_bytes.end());
    m_bytes = std::move(united);
    if (exactSize() > kMaxExact)
        makeDense();
}

void UserSketch::merge(const UserSketch &other)
{
    if (other.isEmpty())
        return;
    if (other.isExact()) {
        if (isExact() && other.exactSize() > 8)
            return uniteSets(other);
        for (std::size_t i = 0; i < other.m_bytes.size(); i += kUserHashBytes)
            add(getUserHash(&other.m_bytes[i]));
        return;
    }
    if (isExact()) {
        UserSketch dense = other;
        dense.merge(*this);
        *this = std::move(dense);
        return;
    }
    if (other.m_precision > m_precision) {
        UserSketch folded = other;
        folded.foldTo(m_precision);
        return merge(folded);
    }
    foldTo(other.m_precision);
    uchar *const mine = m_bytes.data();
    const uchar *const theirs = other.m_bytes.data();
    for (std::size_t i = 0; i < other.m_bytes.size(); ++i) // becomes one instruction for sixteen of them
        mine[i] = std::max(mine[i], theirs[i]);
}

qint64 UserSketch::count() const
{
    if (isExact())
        return qint64(exactSize());
    std::array<int, kUserHashBits + 2> histogram{};
    for (const uchar value : m_bytes)
        ++histogram[value];
    const auto registers = double(m_bytes.size());
    const int last = maxRank(m_precision);
    double z = registers * tau(1 - histogram[std::size_t(last)] / registers);
    for (int k = last - 1; k >= 1; --k)
        z = 0.5 * (z + histogram[std::size_t(k)]);
    z += registers * sigma(histogram[0] / registers);
    constexpr double kAlpha = 0.7213475204444817; // 1 / (2 ln 2)
    return std::llround(kAlpha * registers * registers / z);
}

double UserSketch::relativeError() const
{
    return isExact() ? 0 : 1.04 / std::sqrt(double(m_bytes.size()));
}

QByteArray UserSketch::toBytes() const
{
    QByteArray out;
    out.append(char(m_precision));
    if (isExact()) {
        out.append(reinterpret_cast<const char *>(m_bytes.data()), qsizetype(m_bytes.size()));
        return out;
    }
    const uchar least = *std::min_element(m_bytes.begin(), m_bytes.end());
    out.append(char(least));
    QByteArray high;
    const auto half = [&](std::size_t i) {
        const int above = m_bytes[i] - least;
        if (above >= kOverflow)
            high.append(char(i >> 8)).append(char(i & 0xff)).append(char(m_bytes[i]));
        return std::min(above, kOverflow);
    };
    for (std::size_t i = 0; i < m_bytes.size(); i += 2) {
        const int low = half(i);
        out.append(char(low | half(i + 1) << 4));
    }
    return out + high;
}

std::optional<UserSketch> UserSketch::parse(const QByteArray &bytes)
{
    if (bytes.isEmpty() || bytes.size() > kMaxStored)
        return {};
    if (bytes[0] != 0)
        return parseRegisters(bytes);
    const qsizetype size = bytes.size() - 1;
    if (size % kUserHashBytes != 0 || size / kUserHashBytes > kMaxExact)
        return {};
    UserSketch sketch;
    sketch.m_bytes.assign(bytes.begin() + 1, bytes.end());
    for (std::size_t i = kUserHashBytes; i < sketch.m_bytes.size(); i += kUserHashBytes)
        if (getUserHash(&sketch.m_bytes[i - kUserHashBytes]) >= getUserHash(&sketch.m_bytes[i]))
            return {};
    return sketch;
}

std::optional<UserSketch> UserSketch::parseRegisters(const QByteArray &bytes)
{
    const auto *at = reinterpret_cast<const uchar *>(bytes.constData());
    const auto *const end = at + bytes.size();
    const int precision = *at++;
    if (precision < kMinPrecision || precision > kMaxPrecision)
        return {};
    const std::size_t registers = std::size_t(1) << precision;
    if (bytes.size() < qsizetype(2 + registers / 2))
        return {};
    const int least = *at++;
    const uchar *high = at + registers / 2;
    UserSketch sketch;
    sketch.m_precision = quint8(precision);
    sketch.m_bytes.resize(registers);
    bool hasLeast = false;
    for (std::size_t i = 0; i < registers; ++i) {
        const int above = i % 2 ? at[i / 2] >> 4 : at[i / 2] & 0xf;
        hasLeast = hasLeast || above == 0;
        int value = least + above;
        if (above == kOverflow) {
            if (end - high < 3 || (std::size_t(high[0]) << 8 | high[1]) != i || high[2] < value)
                return {};
            value = high[2];
            high += 3;
        }
        if (value > maxRank(precision))
            return {};
        sketch.m_bytes[i] = uchar(value);
    }
    if (!hasLeast || high != end)
        return {};
    return sketch;
}

} // namespace entvas
