#pragma once

#include <optional>
#include <QByteArray>
#include <QString>
#include <span>
#include <vector>

namespace entvas {

// A user as the sketches know them: 40 bits that stay the same for ever, since they are stored. Two of a thousand users
// fall together once in two million times.
using UserHash = quint64;
inline constexpr int kUserHashBits = 40;
inline constexpr int kUserHashBytes = kUserHashBits / 8;

// The upper 40 bits of SipHash-2-4 of the UTF-8 text under the key 00 01 … 0f.
UserHash userHash(const QString &userId);
quint64 sipHash24(std::span<const uchar> bytes); // https://www.aumasson.jp/siphash/siphash.pdf, under the same key

// Five bytes each, big-endian: how hashes lie in sketches and messages.
void putUserHash(uchar *at, UserHash hash);
UserHash getUserHash(const uchar *at);

// How many different users there were: the users themselves up to kMaxExact, beyond it the registers of a HyperLogLog,
// which has the size of a set of 820 and a standard error of 1.6 %. What two sketches hold together is their merge(),
// in any order. A value; copied between threads.
class UserSketch
{
public:
    static constexpr int kPrecision = 12; // 4,096 registers; those of others are understood and folded
    static constexpr int kMinPrecision = 8;
    static constexpr int kMaxPrecision = 14;
    static constexpr int kMaxExact = 1'024;
    // Of the stored form: the largest that parse() takes.
    static constexpr qsizetype kMaxStored = 3 + (qsizetype(1) << kMaxPrecision) * 7 / 2;

    // False when nothing changed: the user is known, or can't be distinguished from those that are.
    bool add(UserHash user);
    bool covers(UserHash user) const; // add() would change nothing
    void merge(const UserSketch &other);

    bool isEmpty() const { return m_bytes.empty(); }
    bool isExact() const { return m_precision == 0; }
    qint64 count() const;                                    // rounded estimate, unless exact
    double relativeError() const;                            // standard error as a part of the count; 0 when exact
    std::size_t bytes() const { return m_bytes.capacity(); } // memory beside the object itself
    void shrink() { m_bytes.shrink_to_fit(); }

    // One byte 0 and the hashes, rising; or the precision, the smallest register, all registers above it as half bytes
    // (15: not less, see below) in pairs, the first one low, and for each 15 its number and value as three bytes.
    QByteArray toBytes() const;
    // nullopt for anything that toBytes() would not write.
    static std::optional<UserSketch> parse(const QByteArray &bytes);

    bool operator==(const UserSketch &) const = default;

private:
    static int maxRank(int precision) { return kUserHashBits - precision + 1; }
    std::size_t exactSize() const { return m_bytes.size() / kUserHashBytes; }
    std::size_t lowerBound(UserHash user) const;
    bool addToSet(UserHash user);
    bool addToRegisters(UserHash user);
    void uniteSets(const UserSketch &other);
    void makeDense();
    void foldTo(int precision);
    static std::optional<UserSketch> parseRegisters(const QByteArray &bytes);

    std::vector<uchar> m_bytes; // hashes, or registers
    quint8 m_precision = 0;     // 0 = hashes
};

} // namespace entvas
