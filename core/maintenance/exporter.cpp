#include "core/maintenance/exporter.h"

#include "core/file/exportrows.h"
#include "core/model/databaseurl.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/store/events/sql/sqlstore.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kPageEvents = 2'000;

ExportFormat formatOf(const QString &name)
{
    return name == u"csv" ? ExportFormat::Csv : name == u"json" ? ExportFormat::Json : ExportFormat::Ndjson;
}

} // namespace

class Exporter::Private
{
public:
    Private(const DatabaseUrl &url, const QString &formatName, ExportQuery asked)
        : database(url), store(forReading(url), u"export"_s, {u"eventType"_s}), format(formatOf(formatName))
    {
        store.watchAnswers();
        query.project = asked.project;
        query.fromMs = asked.fromMs;
        query.toMs = asked.toMs;
        query.eventType = asked.eventType;
        query.userId = asked.userId;
        query.limit = kPageEvents;
    }

    DatabaseUrl database;
    SqlStore store;
    ExportFormat format;
    EventQuery query;
    qint64 events = 0;
    bool isBegun = false;
    bool isDone = false;
};

Exporter::Exporter(const DatabaseUrl &database, const QString &format, ExportQuery query)
    : d(std::make_unique<Private>(database, format, std::move(query)))
{
}

Exporter::~Exporter() = default;

Result<void> Exporter::open()
{
    if (const Result<void> there = mustExist(d->database); !there)
        return there;
    if (const Result<void> named = DatabaseLock::checkName(d->database); !named)
        return named;
    if (const Result<void> opened = d->store.open(); !opened)
        return opened;
    // One that another version made could mean something else by the same names.
    if (const Result<void> known = d->store.bulk().checkVersion(); !known)
        return known;
    const Result<Directory> directory = d->store.directory().read();
    if (!directory)
        return directory.failure();
    const auto &projects = directory.value().projects;
    if (std::none_of(projects.begin(), projects.end(), [&](const Project &one) { return one.id == d->query.project; }))
        return {Fault::NotFound, u"There is no project %1 in %2."_s.arg(d->query.project, d->database.display())};
    return {};
}

Result<qint64> Exporter::expected()
{
    const Result<StoreTotals> totals = d->store.reader().totals(d->query.project);
    return totals ? Result<qint64>(totals.value().events) : totals.failure();
}

void Exporter::resume(const QString &cursor, qint64 events)
{
    d->isBegun = true;
    d->events = events;
    if (!cursor.isEmpty())
        d->query.before = QUuid::fromString(cursor);
}

Result<QByteArray> Exporter::next()
{
    const auto page = d->store.reader().events(d->query);
    if (!page)
        return page.failure();
    QByteArray text;
    if (!std::exchange(d->isBegun, true))
        text = exportHead(d->format);
    for (const StoredEvent &event : page.value())
        text += exportRow(d->format, event, d->events++ == 0);
    if (!page.value().isEmpty())
        d->query.before = page.value().last().id;
    d->isDone = page.value().size() < d->query.limit;
    if (d->isDone)
        text += exportTail(d->format, d->events, u"all"_s);
    return text;
}

bool Exporter::isDone() const
{
    return d->isDone;
}

qint64 Exporter::events() const
{
    return d->events;
}

QString Exporter::cursor() const
{
    return d->query.before ? d->query.before->toString(QUuid::WithoutBraces) : QString();
}

} // namespace entvas
