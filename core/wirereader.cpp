#include "core/wirereader.h"

#include <limits>
#include <optional>
#include <QCborArray>
#include <QCborStreamReader>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace entvas::wire {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxTiers = 16;
constexpr qint64 kMaxCount = qint64(1) << 53;

Failure unreadable(const QString &why)
{
    return {Fault::BadInput, u"The message can't be read: %1."_s.arg(why)};
}

// Appends numbers, refusing what the column's type can't hold.
template <class T>
bool put(QList<T> &column, qint64 number)
{
    constexpr qint64 kMax = std::min<qint64>(kMaxCount, std::numeric_limits<T>::max());
    if (number < 0 || number > kMax || column.size() >= LiveCube::kMaxSnapshotCells)
        return false;
    column.append(static_cast<T>(number));
    return true;
}

template <class T>
bool jsonColumn(const QJsonValue &value, QList<T> &column)
{
    if (!value.isArray())
        return false;
    const QJsonArray array = value.toArray();
    column.reserve(array.size());
    for (const QJsonValue &entry : array)
        if (!entry.isDouble() || !put(column, entry.toInteger(-1)))
            return false;
    return true;
}

bool jsonTier(const QJsonValue &value, TierColumns &tier)
{
    const QJsonObject map = value.toObject();
    tier.stepMs = map.value("stepMs"_L1).toInteger(-1);
    tier.fromMs = map.value("fromMs"_L1).toInteger(std::numeric_limits<qint64>::min());
    return map.value("fromMs"_L1).isDouble() && tier.stepMs > 0 && jsonColumn(map.value("bucket"_L1), tier.bucket) &&
           jsonColumn(map.value("series"_L1), tier.series) && jsonColumn(map.value("count"_L1), tier.count);
}

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

    QCborStreamReader m_reader;
    qint64 m_size;
    qsizetype m_values = 0;
};

} // namespace

Result<RawMessage> readJson(const QByteArray &bytes)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError)
        return unreadable(u"%1 at byte %2"_s.arg(error.errorString()).arg(error.offset));
    if (!document.isObject())
        return unreadable(u"it is no map"_s);
    QJsonObject object = document.object();
    RawMessage raw;
    if (object.contains("tiers"_L1)) {
        const QJsonValue tiers = object.take("tiers"_L1);
        raw.hasTiers = tiers.isArray();
        const QJsonArray array = tiers.toArray();
        if (array.size() > kMaxTiers)
            return unreadable(u"it has too many tiers"_s);
        for (const QJsonValue &value : array) {
            TierColumns columns;
            if (!jsonTier(value, columns))
                return unreadable(u"a tier makes no sense"_s);
            raw.tiers.append(std::move(columns));
        }
    }
    raw.map = QCborMap::fromJsonObject(object);
    return raw;
}

Result<RawMessage> readCbor(const QByteArray &bytes)
{
    RawMessage raw;
    if (!Reader(bytes).message(raw))
        return unreadable(u"it is no CBOR map of the kinds that are used here"_s);
    return raw;
}

} // namespace entvas::wire
