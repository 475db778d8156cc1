#include "core/store/events/announcement.h"

#include "core/cube/usersketch.h"
#include "core/store/events/sql/jsonrows.h"

#include <algorithm>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Keys of the stored text: k series, c cells as second, series and count in turn, u users as second and hashes in
// base64 in turn, r rejections as minute and count in turn, e ids in base64, o others, x = read again.
constexpr qint64 kIdBytes = 16;

// Numbers in turn, `width` at a time; false when it is something else.
template <class Take>
bool eachOf(const QJsonValue &value, qsizetype width, const Take &take)
{
    const QJsonArray array = value.toArray();
    if ((!value.isUndefined() && !value.isArray()) || array.size() % width != 0)
        return false;
    for (qsizetype i = 0; i < array.size(); i += width)
        if (!take(array, i))
            return false;
    return true;
}

std::optional<QByteArray> bytesOf(const QJsonValue &value, qint64 width)
{
    const auto read =
        QByteArray::fromBase64Encoding(value.toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    return read && read.decoded.size() % width == 0 ? std::optional(read.decoded) : std::nullopt;
}

// Whole numbers above zero only: JSON's are doubles, and 2^53 is far beyond any of ours.
bool isNumber(const QJsonValue &value)
{
    return value.isDouble() && value.toInteger(-1) >= 0;
}

} // namespace

std::optional<Announcement> Announcement::parse(const QString &text, const QStringList &dimensions)
{
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    if (!document.isObject() || text.size() > kMaxChars)
        return {};
    const QJsonObject object = document.object();
    Announcement what;
    what.isWhole = !object.contains("x"_L1);
    if (!what.isWhole)
        return what;
    bool isRight = eachOf(object.value("k"_L1), 1, [&](const QJsonArray &array, qsizetype i) {
        what.series.append(seriesFromText(array[i].toString(), dimensions));
        return array[i].isString();
    });
    isRight = isRight && eachOf(object.value("c"_L1), 3, [&](const QJsonArray &array, qsizetype i) {
                  const Cell cell{array[i].toInteger(), qsizetype(array[i + 1].toInteger()), array[i + 2].toInteger()};
                  what.cells.append(cell);
                  return isNumber(array[i]) && isNumber(array[i + 1]) && isNumber(array[i + 2]) &&
                         cell.series < what.series.size() && cell.count <= std::numeric_limits<qint32>::max();
              });
    isRight = isRight && eachOf(object.value("u"_L1), 2, [&](const QJsonArray &array, qsizetype i) {
                  const auto hashes = bytesOf(array[i + 1], kUserHashBytes);
                  if (!isNumber(array[i]) || !hashes)
                      return false;
                  what.users.append({array[i].toInteger(), *hashes});
                  return true;
              });
    isRight = isRight && eachOf(object.value("r"_L1), 2, [&](const QJsonArray &array, qsizetype i) {
                  what.rejected[array[i].toInteger()] += array[i + 1].toInteger();
                  return isNumber(array[i]) && isNumber(array[i + 1]);
              });
    const auto ids = bytesOf(object.value("e"_L1), kIdBytes);
    if (!isRight || !ids || ids->size() / kIdBytes > kMaxNewest)
        return {};
    for (qsizetype at = 0; at < ids->size(); at += kIdBytes)
        what.newest.append(QUuid::fromRfc4122(QByteArrayView(*ids).sliced(at, kIdBytes)));
    what.others = object.value("o"_L1).toInteger();
    return what;
}

void AnnouncementWriter::add(const Event &event, qint64 series, const QStringList &dimensions)
{
    const auto [place, isNew] = m_places.try_emplace(series, m_series.size());
    if (isNew)
        m_series.append(seriesText(event.series, dimensions));
    const qint64 second = event.receivedAtMs / 1'000;
    ++m_cells[{second, place->second}];
    m_users[second].push_back(userHash(event.userId));
    if (m_newest.size() >= Announcement::kMaxNewest) {
        m_newest.removeFirst();
        ++m_others;
    }
    m_newest.append(event.id);
}

QString AnnouncementWriter::text() const
{
    QJsonArray cells;
    for (const auto &[at, count] : m_cells) {
        cells.append(at.first);
        cells.append(at.second);
        cells.append(count);
    }
    QJsonArray users;
    for (auto [second, hashes] : m_users) {
        std::sort(hashes.begin(), hashes.end());
        hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
        QByteArray bytes(qsizetype(hashes.size()) * kUserHashBytes, Qt::Uninitialized);
        auto *at = reinterpret_cast<uchar *>(bytes.data());
        for (const quint64 hash : hashes) {
            putUserHash(at, hash);
            at += kUserHashBytes;
        }
        users.append(second);
        users.append(QString::fromLatin1(bytes.toBase64()));
    }
    QJsonArray rejected;
    for (auto it = m_rejected.cbegin(); it != m_rejected.cend(); ++it) {
        rejected.append(it.key());
        rejected.append(it.value());
    }
    QByteArray ids;
    for (const QUuid &id : m_newest)
        ids += id.toRfc4122();
    QJsonObject object;
    if (!cells.isEmpty()) {
        object.insert("k"_L1, QJsonArray::fromStringList(m_series));
        object.insert("c"_L1, cells);
        object.insert("u"_L1, users);
        object.insert("e"_L1, QString::fromLatin1(ids.toBase64()));
    }
    if (m_others > 0)
        object.insert("o"_L1, m_others);
    if (!rejected.isEmpty())
        object.insert("r"_L1, rejected);
    const QString text = QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
    return text.size() > Announcement::kMaxChars ? u"{\"x\":1}"_s : text;
}

} // namespace entvas
