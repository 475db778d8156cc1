#pragma once

#include "core/file/gzip.h"
#include "core/file/importedevent.h"

#include <memory>
#include <QCryptographicHash>
#include <QFile>

namespace entvas {

// What a file of events is written in. Sql: a plain dump of pg_dump, of which the table `events` is read.
enum class EventFormat { Csv, Ndjson, Json, Sql };

// One record of such a file: an event, or why it is none.
struct FileEvent {
    std::variant<Event, ImportFault> event;
    qint64 line = 0;   // that it begins in, from 1
    qint64 column = 0; // of the fault in the file's text, in bytes from 1, counted from the record's begin; 0 = unknown
    QByteArray text;   // as it stands in the file; of an event empty
};

// A time as PostgreSQL writes it ("2025-01-01 12:00:00.5", in UTC unless it names a zone) in ISO 8601.
QByteArray isoFromSqlTime(QByteArray time);

// Reads events from a file, packed with gzip or not, one record at a time and never more of it than one record.
class EventFile
{
public:
    static constexpr qsizetype kMaxRecordBytes = 4 * 1024 * 1024;
    static constexpr qsizetype kMaxAroundBytes = 64 * 1024; // what may stand before and after a JSON array
    static constexpr qsizetype kReadBytes = 256 * 1024;

    // `format`: nothing = by name and content. `shown`: what people call it; empty = its path.
    EventFile(const QString &path, std::optional<EventFormat> format, ImportRules rules, const QString &shown = {});

    // Failures name file and line. Fault::BadInput: the file as a whole is broken, for example cut short.
    Result<void> open();
    EventFormat format() const { return m_format.value_or(EventFormat::Ndjson); }
    // Nothing at the end.
    Result<std::optional<FileEvent>> next();
    // Leaves records out, for going on; false when the file ends before.
    Result<bool> skip(qint64 records);

    qint64 bytesRead() const { return m_bytesRead; } // of the file as it lies on disk
    qint64 bytesInAll() const { return m_file.size(); }
    QByteArray digest() const { return m_hash.result(); } // SHA-256 of what was read of it: of all after the end

private:
    Result<bool> more(); // false: nothing is left
    Result<void> detect();
    Result<void> readHeader();
    Result<std::optional<QByteArray>> record();
    Result<std::optional<QByteArray>> line();
    Result<std::optional<QByteArray>> csvRecord();
    Result<std::optional<QByteArray>> arrayElement();
    Result<void> beginArray();
    Result<void> endArray();
    Result<std::optional<QByteArray>> copyRow();
    Result<void> setColumns(const QList<QByteArray> &names);
    FileEvent fromCsv(const QByteArray &text);
    FileEvent fromCopyRow(const QByteArray &text);
    QByteArray take(qsizetype end, qsizetype next); // [m_at, end), going on at next; counts lines
    Failure broken(const QString &why, qint64 line) const;
    Failure tooLong() const;

    QFile m_file;
    QString m_shown;
    std::optional<EventFormat> m_format;
    ImportRules m_rules;
    std::unique_ptr<GzipUnpacker> m_unpack;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    qint64 m_bytesRead = 0;
    bool m_isAtEnd = false; // of the file
    QByteArray m_buffer;
    qsizetype m_at = 0;      // of what is not consumed yet
    qint64 m_line = 1;       // at m_at
    qint64 m_recordLine = 1; // of the last record
    QList<int> m_columns;    // EventText's member by column; -1 = none of it
    QByteArray m_beforeArray;
    bool m_inBlock = false; // array or COPY block
    bool m_sawBlock = false;
    qint64 m_elements = 0;
};

} // namespace entvas
