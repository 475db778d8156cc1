#include "core/maintenance/backupfile.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

// Text, as JSON numbers would not hold every 64-bit one.
QJsonObject numbersToJson(const QMap<QString, qint64> &numbers)
{
    QJsonObject object;
    for (auto it = numbers.cbegin(); it != numbers.cend(); ++it)
        object.insert(it.key(), QString::number(it.value()));
    return object;
}

QMap<QString, qint64> numbersFromJson(const QJsonObject &object)
{
    QMap<QString, qint64> numbers;
    for (auto it = object.begin(); it != object.end(); ++it)
        numbers.insert(it.key(), it.value().toString().toLongLong());
    return numbers;
}

QStringList textsFromJson(const QJsonValue &value)
{
    QStringList texts;
    for (const QJsonValue &each : value.toArray())
        texts.append(each.toString());
    return texts;
}

} // namespace

qint64 BackupEnd::allRows() const
{
    qint64 all = 0;
    for (const qint64 count : rows)
        all += count;
    return all;
}

Result<void> BackupWriter::writeLine(const QByteArray &line)
{
    m_line = line;
    m_line.append('\n');
    m_hash.addData(m_line);
    return m_gzip.write(m_line);
}

Result<void> BackupWriter::begin(const BackupHead &head)
{
    return writeLine(compact({{u"entvas"_s, u"backup"_s},
                              {u"format"_s, kBackupFormat},
                              {u"schema"_s, head.schema},
                              {u"program"_s, head.program},
                              {u"createdAt"_s, head.createdAt},
                              {u"database"_s, head.database},
                              {u"projects"_s, QJsonArray::fromStringList(head.projects)}}));
}

Result<void> BackupWriter::beginTable(const QString &name, const QStringList &columns)
{
    return writeLine(compact({{u"table"_s, name}, {u"columns"_s, QJsonArray::fromStringList(columns)}}));
}

Result<void> BackupWriter::addRow(const QByteArray &row)
{
    return writeLine(row);
}

Result<void> BackupWriter::end(const BackupEnd &end)
{
    const QString sha256 = QString::fromLatin1(m_hash.result().toHex());
    const Result<void> written = writeLine(compact({{u"end"_s, true},
                                                    {u"rows"_s, numbersToJson(end.rows)},
                                                    {u"sums"_s, numbersToJson(end.sums)},
                                                    {u"sha256"_s, sha256}}));
    return written ? m_gzip.finish() : written;
}

Failure BackupReader::broken(const QString &what) const
{
    return {Fault::Storage, u"The backup %1 %2 (line %3, byte %4). Nothing was changed; use another copy of it."_s.arg(
                                m_name, what, QString::number(m_line + 1), QString::number(m_gzip.packedBytes()))};
}

Result<QByteArray> BackupReader::readLine()
{
    for (;;) {
        if (const qsizetype end = m_buffer.indexOf('\n', m_at); end >= 0) {
            QByteArray line = m_buffer.mid(m_at, end - m_at);
            m_at = end + 1;
            if (line.size() > kMaxBackupLine)
                return broken(u"has a line that is too long"_s);
            return line;
        }
        m_buffer.remove(0, m_at);
        m_at = 0;
        if (m_buffer.size() > kMaxBackupLine)
            return broken(u"has a line that is too long"_s);
        if (m_noMore)
            return broken(u"is cut short: its end is missing"_s);
        switch (m_gzip.read(m_buffer)) {
        case GzipReader::State::More: break;
        case GzipReader::State::End: m_noMore = true; break;
        case GzipReader::State::Cut: return broken(u"is cut short: its end is missing"_s);
        case GzipReader::State::Damaged: return broken(u"is damaged"_s);
        case GzipReader::State::Unreadable: return broken(u"can't be read"_s);
        case GzipReader::State::NoGzip:
            return Failure{Fault::Storage, u"%1 is no backup of Entvas: it is not gzip'ed (byte 0). Nothing was "
                                           "changed; name a file that entvas backup wrote."_s.arg(m_name)};
        }
    }
}

Result<BackupHead> BackupReader::begin(int newestSchema)
{
    const Result<QByteArray> line = readLine();
    if (!line)
        return line.failure();
    const QJsonObject head = QJsonDocument::fromJson(*line).object();
    if (head.value("entvas"_L1).toString() != "backup"_L1)
        return Failure{Fault::Storage,
                       u"%1 is no backup of Entvas: its first line does not say so. Nothing was changed; "
                       "name a file that entvas backup wrote."_s.arg(m_name)};
    BackupHead known;
    known.schema = head.value("schema"_L1).toInt();
    known.program = head.value("program"_L1).toString().left(40);
    known.createdAt = head.value("createdAt"_L1).toString().left(40);
    known.database = head.value("database"_L1).toString().left(40);
    known.projects = textsFromJson(head.value("projects"_L1));
    const int format = head.value("format"_L1).toInt();
    if (const bool isNewFormat = format > kBackupFormat; isNewFormat || known.schema > newestSchema)
        return Failure{
            Fault::Configuration,
            u"The backup %1 was made by a newer Entvas (%2; its %3 is %4, this program knows %5). Nothing "
            "was changed; install that version."_s.arg(m_name, known.program, isNewFormat ? u"format"_s : u"schema"_s,
                                                       QString::number(isNewFormat ? format : known.schema),
                                                       QString::number(isNewFormat ? kBackupFormat : newestSchema))};
    if (format < 1 || known.schema < 1)
        return broken(u"does not say which format and schema it has"_s);
    m_hash.addData(*line + '\n');
    ++m_line;
    return known;
}

Result<BackupReader::Item> BackupReader::next()
{
    const Result<QByteArray> line = readLine();
    if (!line)
        return line.failure();
    if (line->startsWith('[')) {
        if (m_table.isEmpty() || !line->endsWith(']'))
            return broken(u"has a row that is none"_s);
        // No text column can hold it, and one of the databases would cut the text there.
        if (const qsizetype at = line->indexOf("\\u0000"); at >= 0 && (at == 0 || line->at(at - 1) != '\\'))
            return broken(u"has a text with a NUL character"_s);
        m_hash.addData(*line);
        m_hash.addData(QByteArrayView("\n", 1));
        ++m_line;
        ++m_rows[m_table];
        return Item{Item::Kind::Row, *line, m_table, {}};
    }
    const QJsonObject object = QJsonDocument::fromJson(*line).object();
    if (object.contains("end"_L1))
        return checkEnd(*line);
    Item item{Item::Kind::Table, {}, object.value("table"_L1).toString(), textsFromJson(object.value("columns"_L1))};
    if (item.table.isEmpty() || item.columns.isEmpty() || m_rows.contains(item.table))
        return broken(u"has a line that is neither a table nor a row"_s);
    m_table = item.table;
    m_rows.insert(m_table, 0);
    m_hash.addData(*line + '\n');
    ++m_line;
    return item;
}

Result<BackupReader::Item> BackupReader::checkEnd(const QByteArray &line)
{
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    m_end = {numbersFromJson(object.value("rows"_L1).toObject()), numbersFromJson(object.value("sums"_L1).toObject())};
    if (object.value("sha256"_L1).toString().toLatin1() != m_hash.result().toHex())
        return broken(u"is damaged: its checksum does not fit"_s);
    if (m_rows != m_end.rows)
        return broken(u"has not as many rows as it says"_s);
    // The rest of the file is the check sum of gzip itself, and nothing after it.
    while (!m_noMore && m_at == m_buffer.size()) {
        switch (m_gzip.read(m_buffer)) {
        case GzipReader::State::More: break;
        case GzipReader::State::End: m_noMore = true; break;
        case GzipReader::State::Cut: return broken(u"is cut short: its last bytes are missing"_s);
        default: return broken(u"is damaged at its end"_s);
        }
    }
    if (m_at != m_buffer.size())
        return broken(u"goes on after its end"_s);
    return Item{};
}

} // namespace entvas
