#include "core/wire/wirereader.h"

#include <optional>
#include <QCborArray>
#include <QCborStreamReader>

namespace entvas::wire {

using namespace Qt::StringLiterals;

namespace {

// CBOR, item by item. Nothing is allocated for a length that is only announced.
class Reader
{
public:
    explicit Reader(const QByteArray &bytes) : m_reader(bytes), m_size(bytes.size()) {}

    bool message(RawMessage &raw)
    {
        if (!m_reader.isMap() || !m_reader.enterContainer())
            return false;
        while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
            const std::optional<QString> key = text();
            if (!key)
                return false;
            if (*key == "tiers"_L1) {
                if (!tiers(raw))
                    return false;
            } else if (*key == "users"_L1 && m_reader.isMap()) {
                if (!users(raw.users.emplace()))
                    return false;
            } else if (*key == "users"_L1 && m_reader.isArray()) {
                if (!additions(raw.additions.emplace()))
                    return false;
            } else {
                std::optional<QCborValue> entry = value(1);
                if (!entry)
                    return false;
                raw.map.insert(*key, *entry);
            }
        }
        // Nothing may follow the map.
        return leave() && m_reader.currentOffset() == m_size;
    }

private:
    std::optional<QString> text()
    {
        if (!m_reader.isString())
            return std::nullopt;
        QString whole;
        auto chunk = m_reader.readString();
        while (chunk.status == QCborStreamReader::Ok) {
            whole += chunk.data;
            chunk = m_reader.readString();
        }
        if (chunk.status == QCborStreamReader::Error)
            return std::nullopt;
        return whole;
    }

    std::optional<qint64> integer()
    {
        if (!m_reader.isInteger())
            return std::nullopt;
        // On the wire a negative number n is -1 - n, and may be as large as 2^64 - 1: toInteger() would overflow.
        const quint64 size =
            m_reader.isUnsignedInteger() ? m_reader.toUnsignedInteger() : quint64(m_reader.toNegativeInteger()) - 1;
        if (size > quint64(std::numeric_limits<qint64>::max()))
            return std::nullopt;
        const qint64 number = m_reader.isUnsignedInteger() ? qint64(size) : -1 - qint64(size);
        if (!m_reader.next())
            return std::nullopt;
        return number;
    }

    std::optional<QCborValue> value(int depth)
    {
        if (depth > kMaxDepth || ++m_values > kMaxValues)
            return std::nullopt;
        if (m_reader.isString()) {
            const auto whole = text();
            return whole ? std::optional<QCborValue>(*whole) : std::nullopt;
        }
        if (m_reader.isInteger()) {
            const auto number = integer();
            return number ? std::optional<QCborValue>(*number) : std::nullopt;
        }
        if (m_reader.isArray()) {
            QCborArray array;
            if (!m_reader.enterContainer())
                return std::nullopt;
            while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
                auto entry = value(depth + 1);
                if (!entry)
                    return std::nullopt;
                array.append(*entry);
            }
            return leave() ? std::optional<QCborValue>(array) : std::nullopt;
        }
        if (m_reader.isMap()) {
            QCborMap map;
            if (!m_reader.enterContainer())
                return std::nullopt;
            while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
                const auto key = text();
                auto entry = key ? value(depth + 1) : std::nullopt;
                if (!entry)
                    return std::nullopt;
                map.insert(*key, *entry);
            }
            return leave() ? std::optional<QCborValue>(map) : std::nullopt;
        }
        QCborValue plain;
        if (m_reader.isBool())
            plain = m_reader.toBool();
        else if (m_reader.isNull())
            plain = nullptr;
        else if (m_reader.isDouble())
            plain = m_reader.toDouble();
        else if (m_reader.isFloat())
            plain = double(m_reader.toFloat());
        else if (m_reader.isFloat16())
            plain = double(float(m_reader.toFloat16()));
        else
            return std::nullopt; // tags, byte strings and the rest have no place here
        return m_reader.next() ? std::optional<QCborValue>(plain) : std::nullopt;
    }

    bool leave() { return m_reader.lastError() == QCborError::NoError && m_reader.leaveContainer(); }

    template <class T>
    bool column(QList<T> &list)
    {
        if (!m_reader.isArray() || !m_reader.enterContainer())
            return false;
        while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
            const auto number = integer();
            if (!number || !put(list, *number))
                return false;
        }
        return leave();
    }

    bool tier(TierColumns &tier)
    {
        if (!m_reader.isMap() || !m_reader.enterContainer())
            return false;
        bool from = false;
        while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
            const std::optional<QString> key = text();
            if (!key)
                return false;
            bool fine = true;
            if (*key == "bucket"_L1) {
                fine = column(tier.bucket);
            } else if (*key == "series"_L1) {
                fine = column(tier.series);
            } else if (*key == "count"_L1) {
                fine = column(tier.count);
            } else if (*key == "stepMs"_L1 || *key == "fromMs"_L1) {
                const auto number = integer();
                fine = number.has_value();
                from = from || *key == "fromMs"_L1;
                (*key == "stepMs"_L1 ? tier.stepMs : tier.fromMs) = number.value_or(0);
            } else {
                fine = value(3).has_value();
            }
            if (!fine)
                return false;
        }
        return leave() && from && tier.stepMs > 0;
    }

    bool tiers(RawMessage &raw)
    {
        raw.hasTiers = true;
        if (!m_reader.isArray() || !m_reader.enterContainer())
            return false;
        while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
            TierColumns columns;
            if (raw.tiers.size() >= kMaxTiers || !tier(columns))
                return false;
            raw.tiers.append(std::move(columns));
        }
        return leave();
    }

    bool number(qint64 &to)
    {
        const auto read = integer();
        to = read.value_or(-1);
        return to >= 0 && to <= kMaxCount;
    }

    bool bytes(QByteArray &to)
    {
        if (!m_reader.isByteArray())
            return false;
        to.clear();
        auto chunk = m_reader.readByteArray();
        while (chunk.status == QCborStreamReader::Ok) {
            to += chunk.data;
            chunk = m_reader.readByteArray();
        }
        return chunk.status != QCborStreamReader::Error;
    }

    // All entries of an array, at most so many of them.
    template <class F>
    bool each(qsizetype most, const F &read)
    {
        if (!m_reader.isArray() || !m_reader.enterContainer())
            return false;
        for (qsizetype n = 0; m_reader.lastError() == QCborError::NoError && m_reader.hasNext(); ++n)
            if (n == most || !read())
                return false;
        return leave();
    }

    // All values of a map; read(key) is true when it took the value.
    template <class F>
    bool entries(const F &read)
    {
        if (!m_reader.isMap() || !m_reader.enterContainer())
            return false;
        while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
            const std::optional<QString> key = text();
            if (!key || !read(*key))
                return false;
        }
        return leave();
    }

    bool userTier(UserTier &tier)
    {
        tier.stepMs = tier.knownMs = tier.fromMs = -1;
        const bool fine = entries([&](const QString &key) {
            if (key == "stepMs"_L1)
                return number(tier.stepMs);
            if (key == "knownMs"_L1)
                return number(tier.knownMs);
            if (key == "fromMs"_L1)
                return number(tier.fromMs);
            if (key == "bucket"_L1)
                return each(kMaxUserBuckets, [&] { return number(tier.bucket.emplaceBack()); });
            if (key == "sketch"_L1)
                return each(kMaxUserBuckets, [&] { return bytes(tier.sketch.emplaceBack()); });
            return value(4).has_value();
        });
        return fine && tier.stepMs >= 0 && tier.knownMs >= 0 && tier.fromMs >= 0 &&
               tier.bucket.size() == tier.sketch.size();
    }

    bool users(UsersSnapshot &users)
    {
        bool hasTiers = false;
        users.sinceMs = users.beforeFromMs = -1;
        const bool fine = entries([&](const QString &key) {
            if (key == "sinceMs"_L1)
                return number(users.sinceMs);
            if (key == "beforeFromMs"_L1)
                return number(users.beforeFromMs);
            if (key == "before"_L1)
                return bytes(users.before);
            if (key == "tiers"_L1) {
                hasTiers = true;
                return each(kMaxTiers, [&] { return userTier(users.tiers.emplaceBack()); });
            }
            return value(2).has_value();
        });
        if (!fine || !hasTiers || users.sinceMs < 0 || (users.beforeFromMs < 0 && !users.before.isEmpty()))
            return false;
        users.beforeFromMs = std::max<qint64>(users.beforeFromMs, 0);
        return true;
    }

    bool additions(QList<UserAddition> &additions)
    {
        return each(kMaxUserBuckets, [&] {
            UserAddition &addition = additions.emplaceBack();
            return m_reader.isArray() && m_reader.enterContainer() && number(addition.epochSecond) &&
                   bytes(addition.hashes) && !m_reader.hasNext() && leave();
        });
    }

    QCborStreamReader m_reader;
    qint64 m_size;
    qsizetype m_values = 0;
};

} // namespace

Result<RawMessage> readCbor(const QByteArray &bytes)
{
    RawMessage raw;
    if (!Reader(bytes).message(raw))
        return unreadable(u"it is no CBOR map of the kinds that are used here"_s);
    return raw;
}

} // namespace entvas::wire
