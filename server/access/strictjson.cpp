#include "server/access/strictjson.h"

#include "core/base/jsontext.h"

#include <cmath>
#include <QJsonArray>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <vector>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr unsigned kFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag;

class Builder
{
public:
    // What RapidJSON calls; false ends the reading.
    bool Null() { return take(QJsonValue(QJsonValue::Null)); }
    bool Bool(bool value) { return take(QJsonValue(value)); }
    bool Int(int value) { return take(QJsonValue(value)); }
    bool Uint(unsigned value) { return take(QJsonValue(qint64(value))); }
    bool Int64(int64_t value) { return take(QJsonValue(qint64(value))); }
    // Qt would round it in silence only when asked for an integer; as a double it is what others read too.
    bool Uint64(uint64_t value) { return take(QJsonValue(double(value))); }
    bool Double(double value) { return std::isfinite(value) && take(QJsonValue(value)); }
    bool RawNumber(const char *, rapidjson::SizeType, bool) { return false; }
    bool String(const char *text, rapidjson::SizeType size, bool)
    {
        return take(QJsonValue(json::fromUtf8({text, qsizetype(size)})));
    }
    bool StartObject() { return open(false); }
    bool Key(const char *text, rapidjson::SizeType size, bool)
    {
        Level &level = m_levels.back();
        level.key = json::fromUtf8({text, qsizetype(size)});
        if (!level.object.contains(level.key))
            return true;
        wrong = u"has a key twice"_s;
        return false;
    }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(true); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    QJsonObject result;
    QString wrong;

private:
    struct Level {
        bool isArray = false;
        QJsonObject object;
        QJsonArray array;
        QString key;
    };

    bool open(bool isArray)
    {
        if (m_levels.empty() && isArray) {
            wrong = u"is no object"_s;
            return false;
        }
        if (m_levels.size() >= std::size_t(kStrictJsonDepth)) {
            wrong = u"is nested too deeply"_s;
            return false;
        }
        m_levels.push_back({isArray, {}, {}, {}});
        return true;
    }

    bool close()
    {
        Level level = std::move(m_levels.back());
        m_levels.pop_back();
        if (!m_levels.empty())
            return take(level.isArray ? QJsonValue(level.array) : QJsonValue(level.object));
        result = level.object;
        return true;
    }

    bool take(const QJsonValue &value)
    {
        if (m_levels.empty()) {
            wrong = u"is no object"_s;
            return false;
        }
        Level &level = m_levels.back();
        if (level.isArray)
            level.array.append(value);
        else
            level.object.insert(level.key, value);
        return true;
    }

    std::vector<Level> m_levels;
};

} // namespace

Result<QJsonObject> parseStrictObject(QByteArrayView text)
{
    rapidjson::MemoryStream stream(text.data(), std::size_t(text.size()));
    rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>> reader;
    Builder builder;
    if (!reader.Parse<kFlags>(stream, builder))
        return {Fault::BadInput, builder.wrong.isEmpty() ? u"is no valid JSON"_s : builder.wrong};
    return builder.result;
}

} // namespace entvas
