#include "core/file/eventfile.h"

#include "core/base/filefault.h"

#include "core/base/jsontext.h"
#include "core/file/csv.h"
#include "core/file/gzip.h"

#include <array>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Part = QByteArray EventText::*;
constexpr std::array<Part, 6> kParts{&EventText::id,        &EventText::eventType,  &EventText::userId,
                                     &EventText::timestamp, &EventText::receivedAt, &EventText::metadata};
constexpr std::array<const char *, 6> kNames{"id", "eventType", "userId", "timestamp", "receivedAt", "metadata"};

int partOf(const QByteArray &column)
{
    if (column == "createdAt")
        return 4;
    const auto found = std::find(kNames.begin(), kNames.end(), column);
    return found == kNames.end() ? -1 : int(found - kNames.begin());
}

// COPY's text format: https://www.postgresql.org/docs/15/sql-copy.html
QByteArray copyText(QByteArrayView field)
{
    QByteArray text;
    for (qsizetype i = 0; i < field.size(); ++i) {
        if (field[i] != '\\' || i + 1 == field.size()) {
            text += field[i];
            continue;
        }
        switch (field[++i]) {
        case 'b': text += '\b'; break;
        case 'f': text += '\f'; break;
        case 'n': text += '\n'; break;
        case 'r': text += '\r'; break;
        case 't': text += '\t'; break;
        case 'v': text += '\v'; break;
        default: text += field[i];
        }
    }
    return text;
}

} // namespace

QByteArray isoFromSqlTime(QByteArray time)
{
    if (time.size() > 10 && time[10] == ' ')
        time[10] = 'T';
    static const QRegularExpression zone(u"(Z|[+-]\\d\\d(:?\\d\\d)?)$"_s);
    // The date's own hyphens are no zone.
    if (time.size() > 11 && !zone.match(QString::fromLatin1(time.sliced(11))).hasMatch())
        time += 'Z';
    return time;
}

EventFile::EventFile(const QString &path, std::optional<EventFormat> format, ImportRules rules, const QString &shown)
    : m_file(path), m_shown(shown.isEmpty() ? path : shown), m_format(format), m_rules(std::move(rules))
{
}

Failure EventFile::broken(const QString &why, qint64 line) const
{
    return {Fault::Storage, u"%1, line %2: %3."_s.arg(m_shown, QString::number(line), why)};
}

Failure EventFile::tooLong() const
{
    return broken(u"this record is longer than %1 bytes, which no event is"_s.arg(kMaxRecordBytes), m_line);
}

Result<void> EventFile::open()
{
    if (QFileInfo(m_file.fileName()).isDir())
        return {Fault::BadInput, u"%1 is a folder; name a file."_s.arg(m_shown)};
    errno = 0;
    if (!m_file.open(QIODevice::ReadOnly))
        return {faultOfFile(errno), u"%1 can't be read: %2."_s.arg(m_shown, m_file.errorString())};
    if (isGzip(m_file.peek(2)))
        m_unpack = std::make_unique<GzipUnpacker>();
    if (const Result<bool> first = more(); !first)
        return first.failure();
    if (m_buffer.startsWith(json::kByteOrderMark))
        m_at = json::kByteOrderMark.size();
    if (!m_format)
        if (const Result<void> found = detect(); !found)
            return found;
    return m_format == EventFormat::Csv ? readHeader() : Result<void>();
}

// Reads on, keeping what is not consumed.
Result<bool> EventFile::more()
{
    m_buffer.remove(0, std::exchange(m_at, 0));
    while (!m_isAtEnd) {
        QByteArray piece = m_file.read(kReadBytes);
        if (piece.isEmpty()) {
            if (m_file.error() != QFile::NoError)
                return Failure{Fault::Storage, u"%1 can't be read: %2."_s.arg(m_shown, m_file.errorString())};
            m_isAtEnd = true;
            if (m_unpack && !m_unpack->isWhole())
                return broken(u"the gzip data ends in the middle: the file is cut short"_s, m_line);
            return false;
        }
        m_bytesRead += piece.size();
        m_hash.addData(piece);
        if (m_unpack) {
            Result<QByteArray> plain = m_unpack->add(piece);
            if (!plain)
                return broken(plain.failure().text + u" at about byte %1 of the file"_s.arg(m_bytesRead), m_line);
            piece = std::move(plain.value());
        }
        m_buffer += piece;
        if (!piece.isEmpty())
            return true;
    }
    return false;
}

Result<void> EventFile::detect()
{
    QString name = m_file.fileName().toLower();
    if (name.endsWith(u".gz"))
        name.chop(3);
    for (const auto &[suffix, format] :
         {std::pair{u".csv"_s, EventFormat::Csv}, std::pair{u".ndjson"_s, EventFormat::Ndjson},
          std::pair{u".jsonl"_s, EventFormat::Ndjson}, std::pair{u".json"_s, EventFormat::Json},
          std::pair{u".sql"_s, EventFormat::Sql}})
        if (name.endsWith(suffix)) {
            m_format = format;
            return {};
        }
    const QByteArray begin = m_buffer.sliced(m_at, std::min<qsizetype>(m_buffer.size() - m_at, 4096)).trimmed();
    const QByteArray first = begin.left(begin.indexOf('\n') < 0 ? begin.size() : begin.indexOf('\n'));
    if (begin.startsWith('[') || begin.startsWith("{\"success\""))
        m_format = EventFormat::Json;
    else if (begin.startsWith('{') || begin.isEmpty())
        m_format = EventFormat::Ndjson;
    else if (first.contains("eventType") && first.contains(','))
        m_format = EventFormat::Csv;
    else if (begin.startsWith("--") || begin.contains("COPY ") || begin.contains("SET "))
        m_format = EventFormat::Sql;
    else
        return {Fault::Storage, u"%1 is none of the formats that can be imported; say which one it is with --format "
                                "csv, ndjson, json or sql."_s.arg(m_shown)};
    return {};
}

Result<void> EventFile::setColumns(const QList<QByteArray> &names)
{
    m_columns.clear();
    for (const QByteArray &name : names) {
        const int part = partOf(name);
        // Both times of an Entvas table: that of receipt counts.
        const bool isSecond = part >= 0 && m_columns.contains(part);
        if (isSecond && name == "receivedAt")
            m_columns[m_columns.indexOf(part)] = -1;
        m_columns.append(isSecond && name == "createdAt" ? -1 : part);
    }
    QStringList missing;
    for (const int part : {0, 1, 2, 3, 4})
        if (!m_columns.contains(part))
            missing << QString::fromLatin1(kNames[std::size_t(part)]);
    if (!missing.isEmpty())
        return broken(u"the columns lack %1"_s.arg(missing.join(u", "_s)), m_recordLine);
    return {};
}

Result<void> EventFile::readHeader()
{
    const auto header = csvRecord();
    if (!header)
        return header.failure();
    if (!header.value()) // empty: of no event
        return broken(u"the file is empty: not even the names of the columns are there"_s, 1);
    qsizetype fault = 0;
    const auto fields = csvFields(*header.value(), &fault);
    QList<QByteArray> names;
    if (fields)
        for (const CsvField &field : *fields)
            names << field.bytes.trimmed();
    return setColumns(names);
}

QByteArray EventFile::take(qsizetype end, qsizetype next)
{
    m_recordLine = m_line;
    const QByteArray text = m_buffer.sliced(m_at, end - m_at);
    m_line += std::count(m_buffer.cbegin() + m_at, m_buffer.cbegin() + next, '\n');
    m_at = next;
    return text;
}

Result<std::optional<QByteArray>> EventFile::line()
{
    qsizetype searched = 0; // behind m_at
    while (true) {
        const qsizetype end = m_buffer.indexOf('\n', m_at + searched);
        if (end >= 0)
            return std::optional(take(end, end + 1));
        searched = m_buffer.size() - m_at;
        if (searched > kMaxRecordBytes)
            return tooLong();
        const Result<bool> go = more();
        if (!go)
            return go.failure();
        if (!go.value())
            return searched == 0 ? std::optional<QByteArray>() : take(m_buffer.size(), m_buffer.size());
    }
}

Result<std::optional<QByteArray>> EventFile::copyRow()
{
    static const QRegularExpression copy(u"^COPY (?:\"?[^\".]+\"?\\.)?\"?([^\". ]+)\"? \\((.*)\\) FROM stdin;$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    bool isOther = false; // in the block of another table
    while (true) {
        auto text = line();
        if (!text)
            return text.failure();
        if (!text.value()) {
            if (m_inBlock || isOther)
                return broken(u"the rows never end: the dump is cut short"_s, m_line);
            if (!m_sawBlock)
                return Failure{Fault::Storage,
                               u"%1 holds no rows of a table events; make it with pg_dump in its plain format, without "
                               "--inserts."_s.arg(m_shown)};
            return std::optional<QByteArray>();
        }
        if (text.value()->endsWith('\r'))
            text.value()->chop(1);
        if (*text.value() == "\\.") {
            m_inBlock = isOther = false;
            continue;
        }
        if (m_inBlock)
            return text;
        if (isOther || !text.value()->startsWith("COPY "))
            continue;
        const auto match = copy.match(QString::fromUtf8(*text.value()));
        if (!match.hasMatch())
            continue;
        isOther = match.captured(1) != u"events";
        if (isOther)
            continue;
        QList<QByteArray> names;
        for (const QString &name : match.captured(2).split(u", "_s))
            names << name.trimmed().remove(u'"').toUtf8();
        if (names.contains("project"))
            return broken(u"this dump is of an Entvas database, not of the original: bring it back with psql, or use "
                          "entvas backup and entvas restore"_s,
                          m_recordLine);
        if (const Result<void> set = setColumns(names); !set)
            return set.failure();
        m_inBlock = m_sawBlock = true;
    }
}

Result<std::optional<QByteArray>> EventFile::record()
{
    switch (format()) {
    case EventFormat::Csv: return csvRecord();
    case EventFormat::Ndjson: return line();
    case EventFormat::Json: return arrayElement();
    case EventFormat::Sql: return copyRow();
    }
    Q_UNREACHABLE();
}

FileEvent EventFile::fromCsv(const QByteArray &text)
{
    qsizetype at = 0;
    const auto fields = csvFields(text, &at);
    if (!fields)
        return {ImportFault{u"a quote stands where none may be, or one is missing"_s, {}, at}, 0, at + 1, {}};
    if (fields->size() != m_columns.size())
        return {ImportFault{u"%1 fields where the header names %2"_s.arg(QString::number(fields->size()),
                                                                         QString::number(m_columns.size())),
                            {},
                            0},
                0,
                1,
                {}};
    EventText event;
    for (qsizetype i = 0; i < fields->size(); ++i)
        if (const int part = m_columns[i]; part >= 0)
            event.*kParts[std::size_t(part)] = csvText(fields->at(i).bytes);
    FileEvent read{importedEvent(event, m_rules), 0, 0, {}};
    if (const auto *fault = std::get_if<ImportFault>(&read.event))
        if (const qsizetype column = m_columns.indexOf(partOf(fault->field.toUtf8())); column >= 0)
            read.column = fields->at(column).offset + 1;
    return read;
}

FileEvent EventFile::fromCopyRow(const QByteArray &text)
{
    const QList<QByteArray> fields = text.split('\t');
    if (fields.size() != m_columns.size())
        return {ImportFault{u"%1 fields where the table has %2"_s.arg(QString::number(fields.size()),
                                                                      QString::number(m_columns.size())),
                            {},
                            0},
                0,
                1,
                {}};
    EventText event;
    for (qsizetype i = 0; i < fields.size(); ++i)
        if (const int part = m_columns[i]; part >= 0 && fields[i] != "\\N")
            event.*kParts[std::size_t(part)] = copyText(fields[i]);
    event.timestamp = isoFromSqlTime(event.timestamp);
    event.receivedAt = isoFromSqlTime(event.receivedAt);
    if (event.metadata == "null") // Prisma's JsonNull
        event.metadata.clear();
    FileEvent read{importedEvent(event, m_rules), 0, 0, {}};
    if (const auto *fault = std::get_if<ImportFault>(&read.event))
        if (const qsizetype column = m_columns.indexOf(partOf(fault->field.toUtf8())); column >= 0) {
            read.column = 1;
            for (qsizetype i = 0; i < column; ++i)
                read.column += fields[i].size() + 1;
        }
    return read;
}

Result<std::optional<FileEvent>> EventFile::next()
{
    while (true) {
        const auto text = record();
        if (!text)
            return text.failure();
        if (!text.value())
            return std::optional<FileEvent>();
        const bool isLines = format() == EventFormat::Ndjson || format() == EventFormat::Csv;
        if (isLines && text.value()->trimmed().isEmpty())
            continue;
        FileEvent read;
        if (format() == EventFormat::Csv) {
            read = fromCsv(*text.value());
        } else if (format() == EventFormat::Sql) {
            read = fromCopyRow(*text.value());
        } else {
            read.event = importedEvent(QByteArrayView(*text.value()), m_rules);
            if (const auto *fault = std::get_if<ImportFault>(&read.event))
                read.column = fault->offset + 1;
        }
        read.line = m_recordLine;
        if (std::holds_alternative<ImportFault>(read.event))
            read.text = *text.value();
        return std::optional(std::move(read));
    }
}

Result<bool> EventFile::skip(qint64 records)
{
    while (records > 0) {
        const auto text = record();
        if (!text)
            return text.failure();
        if (!text.value())
            return false;
        const bool isLines = format() == EventFormat::Ndjson || format() == EventFormat::Csv;
        if (!isLines || !text.value()->trimmed().isEmpty())
            --records;
    }
    return true;
}

} // namespace entvas
