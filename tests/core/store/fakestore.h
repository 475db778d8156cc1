#pragma once

#include "core/store/events/eventstore.h"
#include "tests/core/store/fakereader.h"
#include "tests/core/store/fakewriter.h"

namespace entvas::test {

// One project, and no administration.
class FakeDirectory : public DirectoryStore
{
public:
    Result<Directory> read() override { return Directory{{{kDefaultProject, kDefaultProject}}, {}, {}}; }
    Result<AdminResult> act(const AdminCommand &, const Actor &) override { return none(); }
    Result<QList<AuditRecord>> audit(const AuditQuery &) override { return none(); }
    Result<void> noteUses(const QList<KeyUse> &) override { return none(); }

private:
    static Failure none() { return {Fault::Internal, QStringLiteral("This store has no administration.")}; }
};

class FakeHousekeeping : public Housekeeping
{
public:
    Result<bool> step(const UpkeepPlan &) override { return false; }
    bool holdsBack() const override { return false; }
    Result<qint64> newestCount(qint64) override { return qint64(0); }
    Result<std::optional<qint64>> clockMs() override { return std::optional<qint64>(); }
    Result<OldEvents> oldEvents(const QString &, qint64) override { return OldEvents(); }
    Result<int> dropEventsBefore(const QString &, qint64) override { return 0; }
};

// A store under the test's control: answers as FakeControl says, and can be held in the middle of a commit.
class FakeStore : public EventStore
{
public:
    using Control = FakeControl;
    explicit FakeStore(Control &control) : m_control(control) {}

    QString name() const override { return QStringLiteral("fake"); }
    Result<void> open() override
    {
        const std::lock_guard lock(m_control.mutex);
        return m_control.opening;
    }
    Result<void> migrate() override { return {}; }
    Result<void> ping() override { return m_control.ping(); }
    FakeWriter &writer() override { return m_writer; }
    FakeReader &reader() override { return m_reader; }
    DirectoryStore &directory() override { return m_directory; }
    FakeHousekeeping &housekeeping() override { return m_housekeeping; }

    static QList<CommittedJob> commit(const QList<AppendJob> &jobs) { return FakeWriter::commit(jobs); }

private:
    Control &m_control;
    FakeWriter m_writer{m_control};
    FakeReader m_reader{m_control};
    FakeDirectory m_directory;
    FakeHousekeeping m_housekeeping;
};

} // namespace entvas::test
