#include "app/commands/parts/importer.h"

#include "app/commands/parts/amounts.h"
#include "app/commands/parts/longrun.h"
#include "app/commands/parts/rejectsfile.h"
#include "app/process/exitcode.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kShownFaults = 10;
constexpr int kLookEvery = 1'000; // events between two looks at the clock and the signal

QString sentence(const EventSource &source, const FileEvent &bad)
{
    const QString column = bad.column > 0 ? u", byte %1"_s.arg(bad.column) : QString();
    return u"%1, %2%3: %4"_s.arg(source.name(), source.placeOf(bad.line), column,
                                 std::get<ImportFault>(bad.event).reason);
}

} // namespace

Result<bool> Importer::look(const LongRun &run, BulkStore *store)
{
    Progress progress(u"Checking"_s, m_source.unit(), m_source.total());
    const Result<bool> whole = run.repeat(progress, [&]() -> Result<LongRun::Step> {
        for (int i = 0; i < kLookEvery; ++i) {
            const auto read = m_source.next();
            if (!read)
                return read.failure();
            if (!read.value())
                return LongRun::Step{m_source.done(), true};
            if (std::holds_alternative<ImportFault>(read.value()->event))
                progress.clear();
            if (const auto looked = lookAt(*read.value(), store); !looked)
                return looked.failure();
        }
        return LongRun::Step{m_source.done(), false};
    });
    if (!whole || !whole.value())
        return whole;
    progress.clear();
    if (store)
        if (const Result<void> counted = countExisting(*store, {}); !counted)
            return counted.failure();
    m_fingerprint = m_source.fingerprint();
    if (m_sums.rejected > 0 && !m_skipsInvalid)
        return Failure{Fault::Storage,
                       u"%1 of %2 records can't be imported, so nothing was. Correct them, or leave them "
                       "out with --skip-invalid (and --rejects FILE to keep them)."_s.arg(countText(m_sums.rejected),
                                                                                          countText(m_sums.read))};
    m_hasLooked = true;
    return true;
}

Result<void> Importer::lookAt(const FileEvent &event, BulkStore *store)
{
    ++m_sums.read;
    if (std::holds_alternative<ImportFault>(event.event))
        return report(event);
    return store ? countExisting(*store, std::get<Event>(event.event).id) : Result<void>();
}

Result<bool> Importer::store(BulkStore &store, const LongRun &run)
{
    if (const Result<void> opened = m_source.open(); !opened)
        return opened.failure();
    Progress progress(u"Importing"_s, u"events"_s, m_sums.read - m_sums.rejected);
    const Result<bool> whole = run.repeat(progress, [&]() -> Result<LongRun::Step> {
        bool isLast = false;
        auto batch = nextBatch(isLast);
        if (!batch)
            return batch.failure();
        if (const auto appended = append(store, std::move(*batch)); !appended)
            return appended.failure();
        return LongRun::Step{m_sums.imported + m_sums.duplicates, isLast};
    });
    if (!whole || !whole.value())
        return whole;
    progress.finish();
    if (m_source.fingerprint() != m_fingerprint)
        return Failure{Fault::Storage, u"%1 was changed while it was read; import it once more: what is stored already "
                                       "is left out."_s.arg(m_source.name())};
    return true;
}

Result<EventBatch> Importer::nextBatch(bool &isLast)
{
    EventBatch batch;
    while (batch.size() < BulkStore::kBatchEvents) {
        auto read = m_source.next();
        if (!read)
            return read.failure();
        isLast = !read.value().has_value();
        if (isLast)
            break;
        if (auto *event = std::get_if<Event>(&read.value()->event))
            batch.append(std::move(*event));
    }
    return batch;
}

Result<void> Importer::append(BulkStore &store, EventBatch batch)
{
    if (batch.isEmpty())
        return {};
    const auto appended = store.append(std::move(batch));
    if (!appended)
        return appended.failure();
    m_sums.imported += appended->stored;
    m_sums.duplicates += appended->duplicates;
    m_sums.rejected += appended->refused;
    if (appended->refused > 0 && !m_skipsInvalid)
        return Failure{Fault::BadInput,
                       u"The database rejected %1 of these events; the others are stored up to here. With "
                       "--skip-invalid such events are left out (%2)"_s.arg(QString::number(appended->refused),
                                                                            appended->refusedBecause)};
    return {};
}

// Asks for whole batches; a null id asks for what is left.
Result<void> Importer::countExisting(BulkStore &store, const QUuid &id)
{
    if (!id.isNull())
        m_asked << id;
    if (m_asked.isEmpty() || (!id.isNull() && m_asked.size() < BulkStore::kBatchEvents))
        return {};
    const Result<qint64> existing = store.countExisting(std::exchange(m_asked, {}));
    if (!existing)
        return existing.failure();
    m_sums.duplicates += existing.value();
    return {};
}

Result<void> Importer::report(const FileEvent &bad)
{
    if (++m_sums.rejected <= kShownFaults)
        printError(sentence(m_source, bad));
    else if (m_sums.rejected == kShownFaults + 1)
        printError(u"…"_s);
    if (!m_rejects)
        return {};
    const QJsonObject reject{{u"line"_s, bad.line},
                             {u"column"_s, bad.column},
                             {u"reason"_s, std::get<ImportFault>(bad.event).reason},
                             {u"text"_s, QString::fromUtf8(bad.text)}};
    return m_rejects->add(QJsonDocument(reject).toJson(QJsonDocument::Compact) + '\n');
}

} // namespace entvas
