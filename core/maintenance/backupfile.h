#pragma once

#include "core/file/gzip.h"

#include <QCryptographicHash>
#include <QMap>
#include <QStringList>

namespace entvas {

// A backup is gzip'ed lines of JSON, the same for both databases: what it is; per table its name and columns and then
// its rows as arrays; at the end how many rows each table has, the sums of its counts, and SHA-256 of all lines before.
// Times are milliseconds since 1970 (with a fraction where the database was more exact), JSON columns are text.
inline constexpr int kBackupFormat = 1;
inline constexpr qsizetype kMaxBackupLine = 4 * 1024 * 1024; // bytes; events are below 100 KiB

struct BackupHead {
    int schema = 0;
    QString program;   // version
    QString createdAt; // ISO 8601
    QString database;  // "sqlite" or "postgresql"
    QStringList projects;
};

struct BackupEnd {
    QMap<QString, qint64> rows; // by table
    QMap<QString, qint64> sums; // of the column count, by table
    qint64 allRows() const;
};

// Used in one thread; the device must outlive it.
class BackupWriter
{
public:
    explicit BackupWriter(QIODevice *device) : m_gzip(device) {}

    Result<void> begin(const BackupHead &head);
    Result<void> beginTable(const QString &name, const QStringList &columns);
    Result<void> addRow(const QByteArray &row); // a JSON array
    Result<void> end(const BackupEnd &end);
    qint64 packedBytes() const { return m_gzip.packedBytes(); }

private:
    Result<void> writeLine(const QByteArray &line);

    GzipWriter m_gzip;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    QByteArray m_line;
};

// Reads a backup and checks all that can be checked without a database. Every failure is Fault::BadInput (Configuration
// for one that is newer than this program), says the line and the byte, and what to do. Used in one thread; the device
// must outlive it. `name` is the file, for people.
class BackupReader
{
public:
    BackupReader(QIODevice *device, QString name) : m_gzip(device), m_name(std::move(name)) {}

    // First. `newestSchema`: what this program knows.
    Result<BackupHead> begin(int newestSchema);

    struct Item {
        enum class Kind { Table, Row, End };
        Kind kind = Kind::End;
        QByteArray row;
        QString table;
        QStringList columns;
    };
    // Until the end, which is returned only if everything before it was right.
    Result<Item> next();
    const BackupEnd &end() const { return m_end; }
    qint64 packedBytes() const { return m_gzip.packedBytes(); }

private:
    Result<QByteArray> readLine();
    Failure broken(const QString &what) const;
    Result<Item> checkEnd(const QByteArray &line);

    GzipReader m_gzip;
    QString m_name;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    QByteArray m_buffer;
    qsizetype m_at = 0; // in m_buffer
    qint64 m_line = 0;
    QString m_table;
    BackupEnd m_end;
    QMap<QString, qint64> m_rows; // seen
    bool m_noMore = false;
};

} // namespace entvas
