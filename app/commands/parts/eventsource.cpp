#include "app/commands/parts/eventsource.h"

#include "core/maintenance/originaldatabase.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryFile>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kSpoolBytes = 1024 * 1024;

class FileSource final : public EventSource
{
public:
    FileSource(QString path, QString shown, std::optional<EventFormat> format, const ImportRules &rules,
               std::unique_ptr<QTemporaryFile> spool)
        : m_path(std::move(path)),
          m_shown(std::move(shown)),
          m_format(format),
          m_rules(rules),
          m_spool(std::move(spool))
    {
    }

    Result<void> open() override
    {
        m_file = std::make_unique<EventFile>(m_path, m_format, m_rules, m_shown);
        return m_file->open();
    }
    Result<std::optional<FileEvent>> next() override { return m_file->next(); }
    qint64 done() const override { return m_file->bytesRead(); }
    qint64 total() const override { return m_file->bytesInAll(); }
    QString unit() const override { return u"bytes"_s; }
    QString name() const override { return m_shown; }
    QString placeOf(qint64 line) const override { return u"line %1"_s.arg(line); }
    QByteArray fingerprint() const override { return m_file->digest(); }

private:
    QString m_path;
    QString m_shown;
    std::optional<EventFormat> m_format;
    ImportRules m_rules;
    std::unique_ptr<QTemporaryFile> m_spool; // what standard input brought
    std::unique_ptr<EventFile> m_file;
};

class OriginalSource final : public EventSource
{
public:
    OriginalSource(std::unique_ptr<OriginalDatabase> database, const ImportRules &rules)
        : m_database(std::move(database)), m_rules(rules)
    {
    }

    Result<void> open() override
    {
        m_page.clear();
        m_done = 0;
        if (m_isOpen)
            return m_database->restart();
        if (const Result<void> opened = m_database->open(); !opened)
            return opened;
        const Result<qint64> rows = m_database->rows();
        if (!rows)
            return rows.failure();
        m_isOpen = true;
        m_total = rows.value();
        return {};
    }
    Result<std::optional<FileEvent>> next() override
    {
        if (m_page.isEmpty()) {
            auto page = m_database->next();
            if (!page)
                return page.failure();
            m_page = std::move(page.value());
            m_at = 0;
            if (m_page.isEmpty())
                return std::optional<FileEvent>();
        }
        const EventText &text = m_page[m_at];
        FileEvent read{importedEvent(text, m_rules), ++m_done, 0, {}};
        if (auto *fault = std::get_if<ImportFault>(&read.event)) {
            fault->reason += u" (id %1)"_s.arg(QString::fromUtf8(text.id));
            read.text = text.id;
        }
        if (++m_at == m_page.size())
            m_page.clear();
        return std::optional(std::move(read));
    }
    qint64 done() const override { return m_done; }
    qint64 total() const override { return m_total; }
    QString unit() const override { return u"rows"_s; }
    QString name() const override { return m_database->where(); }
    QString placeOf(qint64 line) const override { return u"row %1"_s.arg(line); }

private:
    std::unique_ptr<OriginalDatabase> m_database;
    ImportRules m_rules;
    QList<EventText> m_page;
    qsizetype m_at = 0;
    qint64 m_done = 0;
    qint64 m_total = 0;
    bool m_isOpen = false;
};

Result<std::unique_ptr<QTemporaryFile>> spooled()
{
    auto spool = std::make_unique<QTemporaryFile>(QDir::tempPath() + u"/entvas-import-XXXXXX"_s);
    QFile in;
    if (!spool->open() || !in.open(stdin, QIODevice::ReadOnly))
        return {Fault::Storage,
                u"Standard input can't be kept in %1: %2."_s.arg(QDir::tempPath(), spool->errorString())};
    while (true) {
        const QByteArray piece = in.read(kSpoolBytes);
        if (piece.isEmpty())
            break;
        if (spool->write(piece) != piece.size())
            return {Fault::Storage,
                    u"Standard input can't be kept in %1: %2."_s.arg(QDir::tempPath(), spool->errorString())};
    }
    if (in.error() != QFileDevice::NoError)
        return {Fault::Storage, u"Standard input can't be read to its end: %1."_s.arg(in.errorString())};
    if (!spool->flush())
        return {Fault::Storage, u"Standard input can't be kept: %1."_s.arg(spool->errorString())};
    return spool;
}

} // namespace

Result<std::unique_ptr<EventSource>> makeEventSource(const QString &name, std::optional<EventFormat> format,
                                                     const QString &table, const ImportRules &rules)
{
    if (name.startsWith(u"postgres://", Qt::CaseInsensitive) ||
        name.startsWith(u"postgresql://", Qt::CaseInsensitive)) {
        auto database = OriginalDatabase::make(name, table);
        if (!database)
            return database.failure();
        return std::unique_ptr<EventSource>(std::make_unique<OriginalSource>(std::move(database.value()), rules));
    }
    if (name.contains(u'@') && !QFileInfo::exists(name)) // with a password, it may be
        return {Fault::BadInput, u"import: there is no such file, and an address must begin with postgresql://, as in "
                                 "postgresql://user@host/database."_s};
    if (name != u"-")
        return std::unique_ptr<EventSource>(std::make_unique<FileSource>(name, name, format, rules, nullptr));
    auto spool = spooled();
    if (!spool)
        return spool.failure();
    const QString path = spool.value()->fileName();
    return std::unique_ptr<EventSource>(
        std::make_unique<FileSource>(path, u"standard input"_s, format, rules, std::move(spool.value())));
}

} // namespace entvas
